/** Decides how one environment is told by its difference from another, since those of a service's children are nearly equal. */

/** What to add to, replace in and remove from a base environment. */
export interface EnvironmentDelta {
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
}

type Environment = Readonly<Record<string, string>>;

/** What turns `base` into `env`. */
export function difference(base: Environment, env: Environment): EnvironmentDelta {
  const set: Record<string, string> = emptyEnvironment();
  for (const name of Object.keys(env)) {
    const value = env[name];
    if (value !== undefined && base[name] !== value) set[name] = value;
  }
  return { set, unset: Object.keys(base).filter((name) => !Object.hasOwn(env, name)) };
}

/** The inverse of `difference`. */
export function apply(base: Environment, delta: EnvironmentDelta): Environment {
  const env = Object.assign(emptyEnvironment(), base, delta.set);
  for (const name of delta.unset) Reflect.deleteProperty(env, name);
  return env;
}

/** Without a prototype, so that a variable called `__proto__` or `constructor` is one like any other. */
function emptyEnvironment(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}
