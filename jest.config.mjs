export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  watchman: false,
  testTimeout: 120_000,
}
