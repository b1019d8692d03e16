/** The template asks for something that the engine cannot run. Lists everything found, not the first thing only. */
export class TemplateRefused extends Error {
  readonly reasons: readonly string[];
  constructor(reasons: readonly string[]) {
    super(
      reasons.length === 1
        ? reasons[0]
        : `The template cannot be run here:\n${reasons.map((each) => `- ${each}`).join('\n')}`,
    );
    this.name = 'TemplateRefused';
    this.reasons = reasons;
  }
}
