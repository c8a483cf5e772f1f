// Which errors an operation of the KMS API may answer with. Every operation has the usual errors;
// a row adds to them, and a name after a minus is not declared by that operation. Names are
// without their ending `Exception`. The SDK declares the same in its documentation, and a test
// compares the two.

import type { KmsOperationName } from '../types.js'
import { declaredErrors } from './declared-errors.js'

const usual = ['DependencyTimeout', 'KMSInternal', 'KMSInvalidState', 'NotFound'] as const

const declared: Readonly<Record<KmsOperationName, string>> = {
  CancelKeyDeletion: 'InvalidArn',
  ConnectCustomKeyStore:
    '-DependencyTimeout -KMSInvalidState -NotFound CloudHsmClusterInvalidConfiguration ' +
    'CloudHsmClusterNotActive CustomKeyStoreInvalidState CustomKeyStoreNotFound',
  CreateAlias: 'AlreadyExists InvalidAliasName LimitExceeded',
  CreateCustomKeyStore:
    '-DependencyTimeout -KMSInvalidState -NotFound CloudHsmClusterInUse ' +
    'CloudHsmClusterInvalidConfiguration CloudHsmClusterNotActive CloudHsmClusterNotFound ' +
    'CustomKeyStoreNameInUse IncorrectTrustAnchor LimitExceeded ' +
    'XksProxyIncorrectAuthenticationCredential XksProxyInvalidConfiguration ' +
    'XksProxyInvalidResponse XksProxyUriEndpointInUse XksProxyUriInUse XksProxyUriUnreachable ' +
    'XksProxyVpcEndpointServiceInUse XksProxyVpcEndpointServiceInvalidConfiguration ' +
    'XksProxyVpcEndpointServiceNotFound',
  CreateGrant: 'Disabled DryRunOperation InvalidArn InvalidGrantToken LimitExceeded',
  CreateKey:
    '-KMSInvalidState -NotFound CloudHsmClusterInvalidConfiguration ' +
    'CustomKeyStoreInvalidState CustomKeyStoreNotFound InvalidArn LimitExceeded ' +
    'MalformedPolicyDocument Tag UnsupportedOperation XksKeyAlreadyInUse ' +
    'XksKeyInvalidConfiguration XksKeyNotFound',
  Decapsulate:
    'Disabled DryRunOperation InvalidCiphertext InvalidGrantToken InvalidKeyUsage ' +
    'KeyUnavailable',
  Decrypt:
    'Disabled DryRunOperation IncorrectKey InvalidCiphertext InvalidGrantToken ' +
    'InvalidKeyUsage KeyUnavailable',
  DeleteAlias: '',
  DeleteCustomKeyStore:
    '-DependencyTimeout -KMSInvalidState -NotFound CustomKeyStoreHasCMKs ' +
    'CustomKeyStoreInvalidState CustomKeyStoreNotFound',
  DeleteImportedKeyMaterial: 'InvalidArn UnsupportedOperation',
  DeriveSharedSecret: 'Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KeyUnavailable',
  DescribeCustomKeyStores:
    '-DependencyTimeout -KMSInvalidState -NotFound CustomKeyStoreNotFound InvalidMarker',
  DescribeKey: '-KMSInvalidState InvalidArn',
  DisableKey: 'InvalidArn',
  DisableKeyRotation: 'Disabled InvalidArn UnsupportedOperation',
  DisconnectCustomKeyStore:
    '-DependencyTimeout -KMSInvalidState -NotFound CustomKeyStoreInvalidState ' +
    'CustomKeyStoreNotFound',
  EnableKey: 'InvalidArn LimitExceeded',
  EnableKeyRotation: 'Disabled InvalidArn UnsupportedOperation',
  Encapsulate: 'Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KeyUnavailable',
  Encrypt: 'Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KeyUnavailable',
  GenerateDataKey: 'Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KeyUnavailable',
  GenerateDataKeyPair:
    'Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KeyUnavailable ' +
    'UnsupportedOperation',
  GenerateDataKeyPairWithoutPlaintext:
    'Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KeyUnavailable ' +
    'UnsupportedOperation',
  GenerateDataKeyWithoutPlaintext:
    'Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KeyUnavailable',
  GenerateMac:
    '-DependencyTimeout Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage ' +
    'KeyUnavailable',
  GenerateRandom:
    '-KMSInvalidState -NotFound CustomKeyStoreInvalidState CustomKeyStoreNotFound ' +
    'UnsupportedOperation',
  GetKeyLastUsage: '-KMSInvalidState InvalidArn',
  GetKeyPolicy: 'InvalidArn',
  GetKeyRotationStatus: 'InvalidArn UnsupportedOperation',
  GetParametersForImport: 'InvalidArn UnsupportedOperation',
  GetPublicKey:
    'Disabled InvalidArn InvalidGrantToken InvalidKeyUsage KeyUnavailable ' +
    'UnsupportedOperation',
  ImportKeyMaterial:
    'ExpiredImportToken IncorrectKeyMaterial InvalidArn InvalidCiphertext InvalidImportToken ' +
    'UnsupportedOperation',
  ListAliases: '-KMSInvalidState InvalidArn InvalidMarker',
  ListGrants: 'InvalidArn InvalidGrantId InvalidMarker',
  ListKeyPolicies: 'InvalidArn',
  ListKeyRotations: '-DependencyTimeout InvalidArn InvalidMarker UnsupportedOperation',
  ListKeys: '-KMSInvalidState -NotFound InvalidMarker',
  ListResourceTags: '-DependencyTimeout -KMSInvalidState InvalidArn InvalidMarker',
  ListRetirableGrants: '-KMSInvalidState InvalidArn InvalidMarker',
  PutKeyPolicy: 'InvalidArn LimitExceeded MalformedPolicyDocument UnsupportedOperation',
  ReEncrypt:
    'Disabled DryRunOperation IncorrectKey InvalidCiphertext InvalidGrantToken ' +
    'InvalidKeyUsage KeyUnavailable',
  ReplicateKey:
    '-DependencyTimeout AlreadyExists Disabled InvalidArn LimitExceeded ' +
    'MalformedPolicyDocument Tag UnsupportedOperation',
  RetireGrant: 'DryRunOperation InvalidArn InvalidGrantId InvalidGrantToken',
  RevokeGrant: 'DryRunOperation InvalidArn InvalidGrantId',
  RotateKeyOnDemand: 'Conflict Disabled InvalidArn LimitExceeded UnsupportedOperation',
  ScheduleKeyDeletion: 'InvalidArn',
  Sign: 'Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KeyUnavailable',
  TagResource: '-DependencyTimeout InvalidArn LimitExceeded Tag',
  UntagResource: '-DependencyTimeout InvalidArn Tag',
  UpdateAlias: 'LimitExceeded',
  UpdateCustomKeyStore:
    '-DependencyTimeout -KMSInvalidState -NotFound CloudHsmClusterInvalidConfiguration ' +
    'CloudHsmClusterNotActive CloudHsmClusterNotFound CloudHsmClusterNotRelated ' +
    'CustomKeyStoreInvalidState CustomKeyStoreNameInUse CustomKeyStoreNotFound ' +
    'XksProxyIncorrectAuthenticationCredential XksProxyInvalidConfiguration ' +
    'XksProxyInvalidResponse XksProxyUriEndpointInUse XksProxyUriInUse XksProxyUriUnreachable ' +
    'XksProxyVpcEndpointServiceInUse XksProxyVpcEndpointServiceInvalidConfiguration ' +
    'XksProxyVpcEndpointServiceNotFound',
  UpdateKeyDescription: 'InvalidArn',
  UpdatePrimaryRegion: '-DependencyTimeout Disabled InvalidArn UnsupportedOperation',
  Verify:
    'Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KMSInvalidSignature ' +
    'KeyUnavailable',
  VerifyMac:
    '-DependencyTimeout Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage ' +
    'KMSInvalidMac KeyUnavailable',
}

export const kmsErrorsOf = declaredErrors(usual, declared)
