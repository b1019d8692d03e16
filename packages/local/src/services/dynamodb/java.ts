import { join } from 'node:path';

const howToGetIt =
  'Install Java 17 or later (for instance from https://adoptium.net, or `apt install openjdk-17-jre-headless`, or `brew install openjdk@17`) and put it on the PATH, or set JAVA_HOME';

/** The Java to run: that of `JAVA_HOME`, else the first on the path. */
export function javaOf(environment: Readonly<Record<string, string | undefined>>): string {
  const home = environment.JAVA_HOME;
  return home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
}

/** Why DynamoDB Local did not start, from what it said, and what to do about it. */
export function explainJava(java: string, said: string): string {
  if (/ENOENT|EACCES|Unable to locate a Java Runtime|No such file/.test(said)) {
    return `DynamoDB Local needs Java 17 or later, and ${java} cannot be run. ${howToGetIt}.`;
  }
  const version =
    /class file version (\d+)\S*, this version of the Java Runtime only recognizes class file versions up to (\d+)/.exec(
      said,
    );
  if (version !== null || /UnsupportedClassVersionError/.test(said)) {
    // Class files are numbered 44 above the Java version that reads them.
    const found = version?.[2] === undefined ? '' : ` (it is Java ${Number(version[2]) - 44})`;
    return `DynamoDB Local needs Java 17 or later, and ${java} is too old${found}. ${howToGetIt}.`;
  }
  return `DynamoDB Local did not start with ${java}, which must be Java 17 or later: ${said.trim() || 'it said nothing'}`;
}
