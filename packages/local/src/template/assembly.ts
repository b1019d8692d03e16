import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TemplateRefused } from './refusal.ts';
import { parseTemplate, type Template } from './template.ts';

/** One stack of a cloud assembly, as `cdk synth` writes it. */
export interface AssembledStack {
  readonly stackName: string;
  readonly template: Template;
  /** The template as it stands in its file. */
  readonly templateText: string;
  /** Absolute; `aws:asset:path` is relative to it. */
  readonly directory: string;
}

interface Artifact {
  readonly type?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly directoryName?: string;
  };
}

/** Nested assemblies (stages) are followed that deep. */
const depthMax = 5;

/** Reads every stack of the assembly in `directory`. Rejects with what is missing and how to make it. */
export async function loadAssembly(directory: string): Promise<readonly AssembledStack[]> {
  return loadFrom(resolve(directory), 1);
}

/** The stack of that name, or the only one; refused with the names that there are. */
export function chooseStack(stacks: readonly AssembledStack[], stackName: string | undefined): AssembledStack {
  const names = stacks.map((stack) => stack.stackName).join(', ');
  const chosen = stackName === undefined ? stacks[0] : stacks.find((stack) => stack.stackName === stackName);
  if (chosen === undefined)
    throw new TemplateRefused([`The assembly has no stack ${stackName ?? ''}; it has: ${names || 'none'}`]);
  if (stackName === undefined && stacks.length > 1) {
    throw new TemplateRefused([`The assembly has several stacks; name the one to run: ${names}`]);
  }
  return chosen;
}

async function loadFrom(directory: string, depth: number): Promise<readonly AssembledStack[]> {
  if (depth > depthMax) throw new TemplateRefused([`Assemblies are nested more than ${depthMax} deep in ${directory}`]);
  const manifest = await readManifest(directory);
  const stacks: AssembledStack[] = [];
  for (const [id, artifact] of Object.entries(manifest)) {
    const { templateFile, stackName, directoryName } = artifact.properties ?? {};
    if (artifact.type === 'cdk:cloud-assembly' && directoryName !== undefined) {
      stacks.push(...(await loadFrom(join(directory, directoryName), depth + 1)));
    }
    if (artifact.type !== 'aws:cloudformation:stack' || templateFile === undefined) continue;
    const templateText = await readFile(join(directory, templateFile), 'utf8');
    const template = parseTemplate(templateText, templateFile);
    stacks.push({ stackName: stackName ?? id, template, templateText, directory });
  }
  return stacks;
}

async function readManifest(directory: string): Promise<Record<string, Artifact>> {
  const file = join(directory, 'manifest.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TemplateRefused([`No cloud assembly in ${directory} (${reason}). Make one with: npx -y pnpm@12 synth`]);
  }
  const manifest: { readonly artifacts?: Record<string, Artifact> } = JSON.parse(text);
  return manifest.artifacts ?? {};
}
