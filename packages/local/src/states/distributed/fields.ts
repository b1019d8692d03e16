import type { MapState } from '../definition.ts';

type Fields = Readonly<Record<string, unknown>>;

const readers = ['arn:aws:states:::s3:getObject', 'arn:aws:states:::s3:listObjectsV2'];
const writer = 'arn:aws:states:::s3:putObject';
const readerConfig = ['InputType', 'MaxItems', 'CSVHeaderLocation', 'CSVHeaders', 'CSVDelimiter', 'ItemsPointer'];
const inputTypes = ['JSON', 'JSONL', 'CSV'];
const transformations = ['NONE', 'COMPACT', 'FLATTEN'];
const delimiters = ['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'];

/** Why the local engine cannot run a distributed map, one sentence a reason; none where it can. */
export function distributedRefusals(state: MapState): readonly string[] {
  const { ItemReader, ItemBatcher, ResultWriter, Label } = state;
  const reasons = [...readerRefusals(ItemReader), ...batcherRefusals(ItemBatcher), ...writerRefusals(ResultWriter)];
  if (state.ItemProcessor.ProcessorConfig?.ExecutionType === 'EXPRESS') {
    reasons.push('ItemProcessor.ProcessorConfig.ExecutionType: the local engine runs no express executions');
  }
  if (Label !== undefined && !/^[^\s?*<>{}[\]:;,\\|^~$#%&`"/]{1,40}$/.test(Label)) {
    reasons.push('Label: at most 40 characters, none of them a blank, a bracket or a special one');
  }
  return reasons;
}

function readerRefusals(reader: Fields | undefined): readonly string[] {
  if (reader === undefined) return [];
  const reasons = unknownFields('ItemReader', reader, ['Resource', 'Arguments', 'ReaderConfig']);
  const isListing = reader.Resource === readers[1];
  if (!readers.includes(String(reader.Resource))) {
    reasons.push(`ItemReader.Resource: ${String(reader.Resource)} is not served; served are ${readers.join(', ')}`);
  }
  if (reader.Arguments === undefined) reasons.push('ItemReader.Arguments is missing');
  const config = (reader.ReaderConfig ?? {}) as Fields;
  reasons.push(...unknownFields('ItemReader.ReaderConfig', config, readerConfig));
  const { InputType, CSVHeaderLocation: location, CSVDelimiter: delimiter } = config;
  if (!isListing) reasons.push(...oneOf('ItemReader.ReaderConfig.InputType', InputType, inputTypes));
  if (InputType !== 'CSV') return reasons;
  reasons.push(...oneOf('ItemReader.ReaderConfig.CSVHeaderLocation', location, ['FIRST_ROW', 'GIVEN']));
  if (delimiter !== undefined) reasons.push(...oneOf('ItemReader.ReaderConfig.CSVDelimiter', delimiter, delimiters));
  if (location === 'GIVEN' && !Array.isArray(config.CSVHeaders)) {
    reasons.push('ItemReader.ReaderConfig.CSVHeaders: a list of names is needed where CSVHeaderLocation is GIVEN');
  }
  return reasons;
}

function batcherRefusals(batcher: Fields | undefined): readonly string[] {
  if (batcher === undefined) return [];
  const reasons = unknownFields('ItemBatcher', batcher, ['MaxItemsPerBatch', 'MaxInputBytesPerBatch', 'BatchInput']);
  if (batcher.MaxItemsPerBatch === undefined && batcher.MaxInputBytesPerBatch === undefined) {
    reasons.push('ItemBatcher: MaxItemsPerBatch or MaxInputBytesPerBatch is needed');
  }
  return reasons;
}

function writerRefusals(given: Fields | undefined): readonly string[] {
  if (given === undefined) return [];
  const reasons = unknownFields('ResultWriter', given, ['Resource', 'Arguments', 'WriterConfig']);
  if (given.Resource !== writer) {
    reasons.push(`ResultWriter.Resource: ${String(given.Resource)} is not served; served is ${writer}`);
  }
  if (given.Arguments === undefined) reasons.push('ResultWriter.Arguments is missing');
  const config = (given.WriterConfig ?? {}) as Fields;
  reasons.push(...unknownFields('ResultWriter.WriterConfig', config, ['Transformation', 'OutputType']));
  if (config.Transformation !== undefined) {
    reasons.push(...oneOf('ResultWriter.WriterConfig.Transformation', config.Transformation, transformations));
  }
  if (config.OutputType !== undefined) {
    reasons.push(...oneOf('ResultWriter.WriterConfig.OutputType', config.OutputType, ['JSON', 'JSONL']));
  }
  return reasons;
}

function unknownFields(path: string, given: Fields, known: readonly string[]): string[] {
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  return unknown.map((name) => `${path}.${name} is not supported; supported: ${known.join(', ')}`);
}

function oneOf(path: string, value: unknown, values: readonly string[]): readonly string[] {
  if (values.includes(String(value))) return [];
  return [`${path}: ${JSON.stringify(value)} is not supported; supported: ${values.join(', ')}`];
}
