export { runCommand, type Said } from '../command.ts';
