/** A plugin for a chat: `/dice`, `/dice 3`. Copy it to `plugins/dice.ts` beside the configuration file. */
import { randomInt } from 'node:crypto';
import { definePlugin } from 'untether/plugin';

const MOST_DICE = 20;

export default definePlugin({
  description: 'throws dice',
  commands: {
    dice: {
      summary: 'throw a die, or as many as you say',
      usage: ['', 'COUNT'],
      run({ text }) {
        const count = text === '' ? 1 : Number(text);
        if (!Number.isInteger(count) || count < 1 || count > MOST_DICE) return `1 to ${MOST_DICE} dice`;
        return Array.from({ length: count }, () => `🎲 ${randomInt(1, 7)}`).join(' ');
      },
    },
  },
});
