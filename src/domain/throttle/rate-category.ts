// The categories of requests and their rates in requests a second. A rate belongs to the account
// in one Region: all pools and all processes of the Region share it.
//
// Cognito: developer guide, "Quotas in Amazon Cognito", 2026; per user and per pool, the same page.

/** The rate of a category, in requests a second. */
export interface CategoryRate {
  /** Requests a second that every account has. */
  readonly free: number
  /** Whether UpdateProvisionedLimit may raise it. */
  readonly isAdjustable?: true
  /** Whether each operation of it has a rate of its own for each user pool. */
  readonly isBoundedByPool?: true
}

/** Rates of the service's categories. */
export const categoryRates = {
  UserAuthentication: { free: 120, isAdjustable: true },
  UserCreation: { free: 50, isAdjustable: true },
  UserFederation: { free: 25, isAdjustable: true },
  UserAccountRecovery: { free: 30 },
  UserRead: { free: 120, isAdjustable: true },
  UserUpdate: { free: 25 },
  UserToken: { free: 120 },
  UserResourceRead: { free: 50 },
  UserResourceUpdate: { free: 25 },
  UserList: { free: 30 },
  UserPoolRead: { free: 15 },
  UserPoolUpdate: { free: 15 },
  UserPoolResourceRead: { free: 20, isBoundedByPool: true },
  UserPoolResourceUpdate: { free: 15, isBoundedByPool: true },
  UserPoolClientRead: { free: 15, isBoundedByPool: true },
  UserPoolClientUpdate: { free: 15, isBoundedByPool: true },
  ClientAuthentication: { free: 150 },
  LimitManagement: { free: 1 },
} as const satisfies Record<string, CategoryRate>

/** The name of a category. */
export type RateCategory = keyof typeof categoryRates

/** The rate of the category, with the members that its literal may lack. */
export function rateOf(category: RateCategory): CategoryRate {
  return categoryRates[category]
}

/** The category of the name; undefined when there is none. */
export function categoryNamed(name: string): RateCategory | undefined {
  return Object.hasOwn(categoryRates, name) ? (name as RateCategory) : undefined
}

/** A sign-in of several challenges may respond this many times as often as sign-ins begin. */
export const RESPONSES_FOR_EACH_SIGN_IN = 3

/** Requests a second of one operation for one pool, in categories that are bounded by pool. */
export const PER_POOL_MAX = 5

/** Requests a second for one user: so many that read, sign-ins too, and so many that write. */
export const PER_USER_MAX = 10

/** Requests a second at the endpoints of user pool domains. */
export const domainRates = { perAddress: 300, perClient: 300, perDomain: 500 } as const
