const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const hundredths = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Beyond this the separators of thousands are no help. */
const plainMagnitudeMax = 1e15;

/**
 * The figures of one column for a reader, in one form so that their digits stand below one another: whole numbers where all are;
 * two decimals; or powers of ten where two decimals would show nothing of the largest, or digits without end. Undefined is
 * blank. CSV and JSON have the exact numbers.
 */
export function renderFigures(figures: readonly (number | undefined)[]): string[] {
  const render = formOf(figures.filter((figure) => figure !== undefined));
  return figures.map((figure) => (figure === undefined ? '' : render(figure)));
}

function formOf(figures: readonly number[]): (figure: number) => string {
  const largest = figures.reduce((most, figure) => Math.max(most, Math.abs(figure)), 0);
  if (largest < plainMagnitudeMax && figures.every(Number.isInteger)) return (figure) => whole.format(figure);
  if (largest >= plainMagnitudeMax || largest < 0.1) return (figure) => figure.toExponential(3);
  return (figure) => hundredths.format(figure);
}
