/** Where a value stands between two ends, in per cent of the width; both ends have room on their outer side. */
export function scaleOf(values: number[]): (value: number) => number {
  const least = Math.min(0, ...values);
  const most = Math.max(0, ...values);
  const room = (most - least || 1) * 0.08;
  const span = most - least + 2 * room;
  return (value) => ((value - least + room) / span) * 100;
}
