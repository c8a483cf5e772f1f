/** The document cannot be evaluated as a policy here. The message is for its author. */
export class PolicyProblem extends Error {
  override readonly name = 'PolicyProblem'
}
