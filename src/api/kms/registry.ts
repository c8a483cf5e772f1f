// The operations that this KMS answers. All others of the API are recognised and refused clearly.
import type { KmsOperationName } from '#contract/types.js'
import { CancelKeyDeletion } from './cancel-key-deletion.js'
import { CreateAlias } from './create-alias.js'
import { CreateKey } from './create-key.js'
import { Decrypt } from './decrypt.js'
import { DeleteAlias } from './delete-alias.js'
import { DescribeKey } from './describe-key.js'
import { DisableKey } from './disable-key.js'
import { EnableKey } from './enable-key.js'
import { Encrypt } from './encrypt.js'
import { GenerateDataKey } from './generate-data-key.js'
import { GenerateDataKeyWithoutPlaintext } from './generate-data-key-without-plaintext.js'
import { GetKeyPolicy } from './get-key-policy.js'
import { GetKeyRotationStatus } from './get-key-rotation-status.js'
import { ListAliases } from './list-aliases.js'
import { ListKeyPolicies } from './list-key-policies.js'
import { ListKeys } from './list-keys.js'
import { ListResourceTags } from './list-resource-tags.js'
import type { AnyKmsOperation } from './operation.js'
import { PutKeyPolicy } from './put-key-policy.js'
import { ReEncrypt } from './re-encrypt.js'
import { ReplicateKey } from './replicate-key.js'
import { ScheduleKeyDeletion } from './schedule-key-deletion.js'
import { TagResource } from './tag-resource.js'
import { UntagResource } from './untag-resource.js'
import { UpdateAlias } from './update-alias.js'
import { UpdateKeyDescription } from './update-key-description.js'

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
