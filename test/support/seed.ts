// One number from which all chance in a run of the tests follows. `npm test -- --seed 7` repeats.

/** The seed of this run; the runner prints it. */
export function testSeed(): number {
  return Number(process.env['TEST_SEED_OF_TWINPOOL'] ?? '1')
}
