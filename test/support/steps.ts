// Workflows whose steps are disturbed: what production runs, with a test's own doing around it.
import type { Step, StepRun, Workflow } from '#app/replication/workflows/workflow.js'

/** The workflow with `run` in place of each step's own, which it is given to call. */
export function withSteps(
  whole: Workflow,
  run: (step: Step, stepRun: StepRun) => Promise<void>,
): Workflow {
  const steps = whole.steps.map((step) => ({
    ...step,
    run: (stepRun: StepRun) => run(step, stepRun),
  }))
  return { ...whole, steps }
}
