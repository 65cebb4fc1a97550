/** The versions that this action is tested with, and takes where the project does not say. */
export const TESTED_UV = '0.13.8'
export const TESTED_PREFECT = '3.8.8'
export const TESTED_MODAL = '1.6.4'

/**
 * SHA-256 of the Linux wheels of uv {@link TESTED_UV}, for x86_64 and aarch64, so that not even the package index has
 * to be trusted. Taken on 2026-11-24 from PyPI's simple API (the page of `uv`, as
 * `application/vnd.pypi.simple.v1+json`) and held against `pip install --dry-run --report - --platform …`.
 */
export const TESTED_UV_WHEELS = {
  'uv-0.13.8-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl':
    'e18a57b8b352eb7c8feb317b9f6f533c8f0ad9673fd6cf34bbe3cf1a9f6a8984',
  'uv-0.13.8-py3-none-musllinux_1_1_x86_64.whl': '29451c60f5e8b07403e0a175d5229efc36b0289b34143ff4aaa499a5dd52553a',
  'uv-0.13.8-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl':
    '0b3e8b1a4f5e405e31e2ff33de8af4744831e9f7338539671efbd8c3c94e791d',
  'uv-0.13.8-py3-none-manylinux_2_28_aarch64.whl': '5337c30bb893b4f9ce0ceb921ba2da0d13f649da644f40ad3bef84083bef0203',
} as const
