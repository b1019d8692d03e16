import type { TidemarkInput } from '@tidemark/core/config/input';
import { type App, DefaultStackSynthesizer, type IStackSynthesizer, Stack } from 'aws-cdk-lib/core';
import type { StageSettings } from './stage.ts';
import { Tidemark } from './tidemark.ts';

/** `Tidemark-dev`, `Tidemark-prod`: one stack a stage, for whatever account and region it is deployed to. */
export class TidemarkStack extends Stack {
  constructor(app: App, config: TidemarkInput, stage: StageSettings) {
    super(app, `Tidemark-${stage.name}`, {
      description: `Tidemark counts event streams (${stage.name})`,
      terminationProtection: stage.retainData,
      // CloudFormation takes 1 MB: as many sources as a configuration may hold fit without the spaces.
      suppressTemplateIndentation: true,
      // The CDK's command line checks the bootstrap version itself, from the manifest. (The cast: the CDK's own types do not
      // hold under exactOptionalPropertyTypes.)
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
    });
    new Tidemark(this, 'Tidemark', { config, stage });
  }
}
