// The operations that are implemented. Others of the API are recognised and refused.
import type { KmsOperationName } from '#contract/types.js'
import { CreateAlias, DeleteAlias, ListAliases, UpdateAlias } from './aliases.js'
import {
  Decrypt,
  Encrypt,
  GenerateDataKey,
  GenerateDataKeyWithoutPlaintext,
  ReEncrypt,
} from './cryptography.js'
import { CancelKeyDeletion, DisableKey, EnableKey, ScheduleKeyDeletion } from './key-state.js'
import {
  CreateKey,
  DescribeKey,
  GetKeyRotationStatus,
  ListKeys,
  UpdateKeyDescription,
} from './keys.js'
import type { AnyKmsOperation } from './operation.js'
import { GetKeyPolicy, ListKeyPolicies, PutKeyPolicy } from './policies.js'
import { ReplicateKey } from './replicate-key.js'
import { ListResourceTags, TagResource, UntagResource } from './tags.js'

export const kmsOperations: Readonly<Partial<Record<KmsOperationName, AnyKmsOperation>>> = {
  CancelKeyDeletion,
  CreateAlias,
  CreateKey,
  Decrypt,
  DeleteAlias,
  DescribeKey,
  DisableKey,
  EnableKey,
  Encrypt,
  GenerateDataKeyWithoutPlaintext,
  GenerateDataKey,
  GetKeyPolicy,
  GetKeyRotationStatus,
  ListAliases,
  ListKeyPolicies,
  ListKeys,
  ListResourceTags,
  PutKeyPolicy,
  ReEncrypt,
  ReplicateKey,
  ScheduleKeyDeletion,
  TagResource,
  UntagResource,
  UpdateAlias,
  UpdateKeyDescription,
}
