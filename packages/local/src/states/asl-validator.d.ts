/** The package has no types of its own. */
declare module 'asl-validator' {
  /** Its own findings have a `Message`, those of the JSON schema a path and a `message`. */
  interface Finding {
    readonly Message?: string;
    readonly instancePath?: string;
    readonly message?: string;
  }
  export default function validate(definition: object): {
    readonly isValid: boolean;
    readonly errors: readonly Finding[];
  };
}
