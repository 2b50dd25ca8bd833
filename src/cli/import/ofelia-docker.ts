/** Decides which command of Docker's does what a job of Ofelia's asks of its API. */
import type { OfeliaJob } from './ofelia-job.ts';
import { unitWords } from './systemd-words.ts';

/** The argv; empty when the job does not say in what to run. */
export function dockerArgv(job: OfeliaJob): readonly string[] {
  const [image, container] = [job.last('image'), job.last('container')];
  const command = unitWords(job.last('command') ?? '');
  switch (job.kind) {
    case 'job-exec':
      if (container === undefined) return [];
      return ['docker', 'exec', ...common(job), container, ...command];
    case 'job-run':
      if (image !== undefined)
        return ['docker', 'run', ...runOptions(job), ...common(job), image, ...command];
      return container === undefined ? [] : ['docker', 'start', '--attach', container];
    default:
      // A service that ends when its one task does; the command waits for that.
      if (image === undefined) return [];
      return [
        'docker',
        'service',
        'create',
        '--mode',
        'replicated-job',
        ...common(job),
        ...network(job),
        image,
        ...command,
      ];
  }
}

function common(job: OfeliaJob): readonly string[] {
  const user = job.last('user');
  const variables = [...job.all('environment'), ...job.all('env')];
  return [
    ...(user === undefined ? [] : ['--user', user]),
    ...(job.isOn('tty', 'off') ? ['--tty'] : []),
    ...variables.flatMap((one) => ['--env', one]),
  ];
}

function runOptions(job: OfeliaJob): readonly string[] {
  const hostname = job.last('hostname');
  return [
    ...(job.isOn('delete', 'on') ? ['--rm'] : []),
    ...network(job),
    ...(hostname === undefined ? [] : ['--hostname', hostname]),
    ...job.all('volume').flatMap((one) => ['--volume', one]),
  ];
}

function network(job: OfeliaJob): readonly string[] {
  const name = job.last('network');
  return name === undefined ? [] : ['--network', name];
}
