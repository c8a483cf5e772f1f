// Hashes of one password by other implementations: crypt(3) of libxcrypt and bcrypt 4 of Python,
// hashlib.scrypt (OpenSSL), argon2-cffi (the reference implementation), and Passlib.

/** The password of all of them; it is longer in bytes than in characters. */
export const HASHED_PASSWORD = 'Correct-Horse-7\u00e9'

const SALT = '000102030405060708090a0b0c0d0e0f'
const SALT_64 = 'AAECAwQFBgcICQoLDA0ODw'
const BCRYPT_SALT = 'abcdefghijklmnopqrstuu'

/** By algorithm: of little cost, and of the highest cost that an import takes. */
export const PASSWORD_HASHES = {
  BCRYPT: [
    `$2b$05$${BCRYPT_SALT}YigdnSNmiLIT9cUUt7WqR0xFzjAtpJe`,
    `$2b$12$${BCRYPT_SALT}e9vqfamzAHpPiAnu43X2/4JMr8A54aW`,
  ],
  SCRYPT: [
    `16384$8$1$${SALT}$66862b270e887dd5d046f72d63d4175d94ea31ad863afb0e5d9175025dde0483` +
      '1d520952f2163d2cb49c065753418c55f56c2137e45eaad99c8010ae2a6766b1',
    `65536$8$1$${SALT}$81860ef5a0417f0612cb6811cfe0a8a92525aa7ce0b17ae559f83474d42ca027`,
  ],
  ARGON2ID: [
    '$argon2id$v=19$m=256,t=1,p=1$c29tZXNhbHQ$upv2BiQun13QW1SCjoLIragmkjFwndiewFdwFDUCuL0',
    '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$' +
      'zWoDjhXYZeDfaOiDO8zANhrQ9oPxENu0Y+6XEtvxGi4',
  ],
  PBKDF2_SHA256: [
    '$pbkdf2-sha256$29000$././AAECAwQFBgcICQoLDA$MO5N/3Yx2gw.8r.s60YfOS.Q7Zlb3.NKZPUSpLIfNO0',
    `$pbkdf2-sha256$600000$${SALT_64}$bv0XiDHYPHTBIrudPX4ZERYhwsfuctkNygSZYrkQnI4`,
  ],
} as const
