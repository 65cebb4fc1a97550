export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  globalSetup: '<rootDir>/__tests__/world/global-setup.ts',
  globalTeardown: '<rootDir>/__tests__/world/global-teardown.ts',
  watchman: false,
  testTimeout: 120_000,
}
