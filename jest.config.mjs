export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  globalSetup: '<rootDir>/__tests__/world/global-setup.ts',
  globalTeardown: '<rootDir>/__tests__/world/global-teardown.ts',
  // Jest would leave one core to itself, and most tests wait for children.
  maxWorkers: 2,
  watchman: false,
  testTimeout: 120_000,
}
