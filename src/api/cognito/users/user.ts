// The user that an admin call names, and a user on the wire.

import { ApiError } from '#api/protocol/errors.js'
import type { ListedUser, UserReader } from '#app/accounts/user-records.js'
import type { Delivery } from '#domain/message/contact.js'
import type { RequestContext } from '#domain/request-context.js'
import type { UserFactors } from '#domain/user/factors.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'
import { errorFor } from '../refusals.js'
import { mfaOptionsShape } from './mfa.js'

/** A call that names a user of its pool. */
interface NamingCall {
  readonly users: UserReader
  readonly pool: Pool
  readonly request: Pick<RequestContext, 'noteUser'>
}

/** The user of a user name, alias or sub. */
export async function requireUser(ctx: NamingCall, name: string): Promise<User> {
  const user = await ctx.users.find(ctx.pool, name)
  if (user === undefined) throw errorFor('user-absent')
  ctx.request.noteUser?.(user.sub)
  return user
}

/** The same, with what the user has besides the password. */
export async function requireUserWithFactors(
  ctx: NamingCall,
  name: string,
): Promise<{ readonly user: User; readonly factors: UserFactors }> {
  const found = await ctx.users.findWithFactors(ctx.pool, name)
  if (found === undefined) throw errorFor('user-absent')
  ctx.request.noteUser?.(found.user.sub)
  return found
}

/** UserType: an entry of ListUsers. `only` keeps some attributes (AttributesToGet). */
export function toUserShape(user: User | ListedUser, only?: readonly string[]) {
  return {
    Username: user.username,
    Attributes: attributeList(user, only),
    UserCreateDate: new Date(user.createdAtMs),
    UserLastModifiedDate: new Date(user.modifiedAtMs),
    Enabled: user.isEnabled,
    UserStatus: user.status,
    ...('factors' in user ? mfaOptionsShape(user.factors) : {}),
  }
}

/** Attributes as name and value, `sub` first. */
export function attributeList(user: User, only?: readonly string[]) {
  const all = [['sub', user.sub] as const, ...Object.entries(user.attributes)]
  return all
    .filter(([name]) => only === undefined || only.length === 0 || only.includes(name))
    .map(([Name, Value]) => ({ Name, Value }))
}

/** The attributes of a request; one that is named twice is refused. */
export function attributesFrom(
  list: readonly { readonly Name: string; readonly Value?: string | undefined }[] | undefined,
): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const { Name, Value } of list ?? []) {
    if (Object.hasOwn(attributes, Name)) {
      throw new ApiError('InvalidParameterException', `Attribute ${Name} is given more than once.`)
    }
    attributes[Name] = Value ?? ''
  }
  return attributes
}

/** What a request tells the customer's code alone. */
export function validationDataFrom(
  list: readonly { readonly Name: string; readonly Value?: string | undefined }[] | undefined,
): Readonly<Record<string, string>> | undefined {
  return list && Object.fromEntries(list.map(({ Name, Value }) => [Name, Value ?? '']))
}

export function toDeliveryShape<D extends Delivery | undefined>(delivery: D) {
  return (
    delivery && {
      Destination: delivery.destination,
      DeliveryMedium: delivery.deliveryMedium,
      AttributeName: delivery.attributeName,
    }
  )
}
