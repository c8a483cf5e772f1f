// What administrators do with users and groups.
import type { Case } from './cases.js'
import {
  attributes,
  inviteUser,
  makePlace,
  makeUser,
  NEW_PASSWORD,
  newName,
  type Person,
  signUp,
} from './people.js'
import type { Rig } from './rig.js'

async function makeMember(rig: Rig): Promise<Person & { readonly GroupName: string }> {
  const person = await makeUser(rig, await makePlace(rig))
  const GroupName = newName()
  await rig.ok('CreateGroup', { UserPoolId: person.UserPoolId, GroupName })
  return { ...person, GroupName }
}

/** A call about a user by name. */
const about =
  (more: object = {}, make = makeUser) =>
  async (rig: Rig) => {
    const { UserPoolId, Username } = await make(rig, await makePlace(rig))
    return { UserPoolId, Username, ...more }
  }

export const ADMIN_CASES: Readonly<Record<string, Case>> = {
  AdminGetUser: 'reads',
  AdminListGroupsForUser: 'reads',
  GetGroup: 'reads',
  ListGroups: 'reads',
  ListUsers: 'reads',
  ListUsersInGroup: 'reads',
  AdminCreateUser: [
    {
      what: 'forced, with an invitation',
      prepare: async (rig) => {
        const place = await makePlace(rig, { AliasAttributes: ['email'] })
        const { Username } = await makeUser(rig, place)
        return {
          UserPoolId: place.UserPoolId,
          Username: newName(),
          ForceAliasCreation: true,
          DesiredDeliveryMediums: ['EMAIL'],
          UserAttributes: attributes({ email: `${Username}@example.com`, email_verified: 'true' }),
        }
      },
      again: 'UsernameExistsException',
    },
    {
      what: 'invited again',
      prepare: about({ MessageAction: 'RESEND', DesiredDeliveryMediums: ['EMAIL'] }, inviteUser),
    },
  ],
  AdminConfirmSignUp: [{ prepare: about({}, signUp), again: 'NotAuthorizedException' }],
  AdminDeleteUser: [{ prepare: about(), again: 'UserNotFoundException' }],
  AdminDisableUser: [{ prepare: about() }],
  AdminEnableUser: [
    {
      prepare: async (rig) => {
        const { UserPoolId, Username } = await makeUser(rig, await makePlace(rig))
        await rig.ok('AdminDisableUser', { UserPoolId, Username })
        return { UserPoolId, Username }
      },
    },
  ],
  AdminUpdateUserAttributes: [
    { prepare: about({ UserAttributes: attributes({ nickname: 'A', email: 'a@example.com' }) }) },
  ],
  AdminDeleteUserAttributes: [{ prepare: about({ UserAttributeNames: ['email'] }) }],
  AdminSetUserPassword: [{ prepare: about({ Password: NEW_PASSWORD, Permanent: true }) }],
  AdminResetUserPassword: [{ prepare: about() }],
  AdminUserGlobalSignOut: [{ prepare: about() }],
  CreateGroup: [
    {
      prepare: async (rig) => ({
        UserPoolId: (await makePlace(rig)).UserPoolId,
        GroupName: newName(),
      }),
      again: 'GroupExistsException',
    },
  ],
  UpdateGroup: [
    {
      prepare: async (rig) => {
        const { UserPoolId, GroupName } = await makeMember(rig)
        return { UserPoolId, GroupName, Description: 'changed' }
      },
    },
  ],
  DeleteGroup: [
    {
      prepare: async (rig) => {
        const { UserPoolId, GroupName, Username } = await makeMember(rig)
        await rig.ok('AdminAddUserToGroup', { UserPoolId, GroupName, Username })
        return { UserPoolId, GroupName }
      },
      again: 'ResourceNotFoundException',
    },
  ],
  AdminAddUserToGroup: [
    {
      prepare: async (rig) => {
        const { UserPoolId, GroupName, Username } = await makeMember(rig)
        return { UserPoolId, GroupName, Username }
      },
    },
  ],
  AdminRemoveUserFromGroup: [
    {
      prepare: async (rig) => {
        const { UserPoolId, GroupName, Username } = await makeMember(rig)
        await rig.ok('AdminAddUserToGroup', { UserPoolId, GroupName, Username })
        return { UserPoolId, GroupName, Username }
      },
    },
  ],
}
