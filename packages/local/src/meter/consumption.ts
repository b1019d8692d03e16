/** What one call consumed, in the units that AWS bills. */
export interface Consumption {
  readonly readUnits?: number;
  readonly writeUnits?: number;
}
