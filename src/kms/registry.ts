// The operations that this KMS answers. All others of the API are recognised and refused clearly.
import type { KmsOperationName } from '#contract/types.js'
import type { AnyKmsOperation } from './operation.js'
import { CancelKeyDeletion } from './operations/cancel-key-deletion.js'
import { CreateAlias } from './operations/create-alias.js'
import { CreateKey } from './operations/create-key.js'
import { Decrypt } from './operations/decrypt.js'
import { DeleteAlias } from './operations/delete-alias.js'
import { DescribeKey } from './operations/describe-key.js'
import { DisableKey } from './operations/disable-key.js'
import { EnableKey } from './operations/enable-key.js'
import { Encrypt } from './operations/encrypt.js'
import { GenerateDataKey } from './operations/generate-data-key.js'
import { GenerateDataKeyWithoutPlaintext } from './operations/generate-data-key-without-plaintext.js'
import { GetKeyPolicy } from './operations/get-key-policy.js'
import { GetKeyRotationStatus } from './operations/get-key-rotation-status.js'
import { ListAliases } from './operations/list-aliases.js'
import { ListKeyPolicies } from './operations/list-key-policies.js'
import { ListKeys } from './operations/list-keys.js'
import { ListResourceTags } from './operations/list-resource-tags.js'
import { PutKeyPolicy } from './operations/put-key-policy.js'
import { ReEncrypt } from './operations/re-encrypt.js'
import { ReplicateKey } from './operations/replicate-key.js'
import { ScheduleKeyDeletion } from './operations/schedule-key-deletion.js'
import { TagResource } from './operations/tag-resource.js'
import { UntagResource } from './operations/untag-resource.js'
import { UpdateAlias } from './operations/update-alias.js'
import { UpdateKeyDescription } from './operations/update-key-description.js'

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
