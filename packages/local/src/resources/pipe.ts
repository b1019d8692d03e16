import { createMembers } from '../services/pipes/members.ts';
import type { Pipes } from '../services/pipes/pipes.ts';
import { readNewPipe } from '../services/pipes/read-pipe.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { ResourceType } from '../template/resource-type.ts';

/** `AWS::Pipes::Pipe`: it stands when it runs, or is stopped where the template wants it so. */
export function pipeType(pipes: Pipes): ResourceType {
  return {
    members: createMembers,
    async create({ logicalId, properties, generatedName }) {
      const read = readNewPipe({ ...properties, Name: properties.Name ?? generatedName(64) });
      if (!read.ok) throw new TemplateRefused(read.mistakes.map((mistake) => `${logicalId}.${mistake}`));
      const pipe = pipes.deploy(read.pipe);
      if (pipe === undefined) {
        const kept = `pipe ${read.pipe.name} was kept with another source or start than the template has now`;
        throw new TemplateRefused([`${logicalId}: ${kept}. Choose another --persist directory`]);
      }
      if (pipe.state === 'CREATING') await pipe.settled();
      const { identity, state, stateReason } = pipe;
      if (state.endsWith('_FAILED')) throw new TemplateRefused([`${logicalId}: ${stateReason}`]);
      const { name, arn, createdMs } = identity;
      const times = { CreationTime: createdMs, LastModifiedTime: pipe.modifiedMs };
      const shown = Object.entries(times).map(([attribute, ms]) => [attribute, new Date(ms).toISOString()]);
      const states = { CurrentState: state, StateReason: stateReason };
      return { physicalId: name, attributes: { Arn: arn, ...states, ...Object.fromEntries(shown) } };
    },
  };
}
