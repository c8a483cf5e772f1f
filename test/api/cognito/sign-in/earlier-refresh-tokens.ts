// Refresh tokens that the version before grants sealed, with all that opening them takes. Its
// `Tokens` class made them, over a cipher with this token key: a session for each client, and the
// rotating client then used its token once. They are good until 2036.

const HEADER = Buffer.from('{"cty":"JWT","enc":"A256GCM","alg":"dir"}').toString('base64url')

export const EARLIER = {
  poolId: 'us-west-2_Fixture02',
  clientId: '1example23456789before0gran',
  rotatingClientId: '2example23456789before0gran',
  /** The pool's token key, in hexadecimal. */
  tokenKey: '42'.repeat(32),
  /** From a sign-in. */
  issued: {
    token:
      `${HEADER}..` +
      'yGPO-Zy9Nmn39E6kEaZ3QyYzYHTNe-IS.Y8vmyf0lVT1jToXnixt6AHg78EIzfsHKL1F7Hfg-ibbIAhV' +
      '8XMUuAugmPCgPjaawgQZRyPduf0KdEjUK4muwMfPWRXoZKpcs8FwTZLtlRQ5LUlvPBbRWCA4NTMpBJiU' +
      'n5empWTE4ykdlX2qVnALnMC8V_nOfarlNdUpdDtWajOztoVel5MJNekLfoipUNPsVKniuCtGhzQF--8p' +
      'F01QcOK8jpXuVDiqacSGM8liE_HvUNcCs_C_2pO69mp8x4guU_mwpZsI_VmgbqmgxIeNPLYxk842Waje' +
      'S5YQQlYM0uvCwW7Xl.vDDifek412apEidQkCHCaQ',
    originJti: '01a218ae-ec74-764a-9c30-0d958d23266b',
    authTime: 1_795_710_446,
  },
  /** From a use of GetTokensFromRefreshToken. */
  rotated: {
    token:
      `${HEADER}..` +
      'gM7mCuR-I9mHnRwcIhSTKfk3t4U_lehw.4KsylrcKmVIPwsGymJTjOQHxClDAKfS-R0By1GrdP0JovbB' +
      'CM6H4r-iCEEfHSreD6K5dcfyZCSkod9fEo_ROrl-ZyEcoQfsInU8qY45eiW_dzztrOVqfncYYhaDJy60' +
      'X3-nv3hqhn6beM59MDRcnqpmSFvhHRAVnYBkYIDAsRMFMNlFGExOLoPJY5jaa2w35_CcJ_YCHw2YovkY' +
      'DmebS0ngia5vDcpQY8TdD30e87fBXYlJfwVEd42sTgF9KQxbLPEpIGGFJLWeE_o6WSDaN5AvKrrcZQTH' +
      'lVP0lNGyvZXtjj2PP.m7a7Saz4KwDyu0Y0lyl0hA',
    originJti: '01a218ae-ec90-74af-80ad-5bd25143fdea',
    authTime: 1_795_710_446,
  },
} as const

export const EARLIER_USER = {
  sub: '5f0a1c3e-7b2d-4c6f-8e9a-0b1c2d3e4f50',
  username: 'rosa',
  status: 'CONFIRMED',
  isEnabled: true,
  attributes: { email: 'rosa@example.com' },
  createdAtMs: 1_795_000_000_000,
  modifiedAtMs: 1_795_000_000_000,
  version: 1,
} as const
