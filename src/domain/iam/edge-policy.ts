// What an edge may do in a Region: find out who serves a domain, and read what its start page and
// its outbox show. The edge is the process that faces the internet, so it has a key of its own for
// this and never the root access key.

/** The operations of the service `twinpool` that an edge calls. */
export const EDGE_OPERATIONS = [
  'ResolveDomain',
  'ListPools',
  'ListReplicas',
  'ListOutboxMessages',
] as const

/** The policy of the access key that the configuration gives the edge. */
export const EDGE_POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: EDGE_OPERATIONS.map((operation) => `twinpool:${operation}`),
      Resource: '*',
    },
  ],
} as const
