import { describe, expect, test } from '@jest/globals'
import { functionsIn, surelyLacks, surelyPlainFunction } from '../../src/manifest/python-text.ts'

describe('surelyLacks', () => {
  test.each([
    ['', 'orders'],
    ['@flow\ndef stock(): ...\n', 'orders'],
    ['# orders was here\n    # orders\ndef stock(): ...\n', 'orders'],
    ['def orders_all(): ...\nclass myorders: ...\n', 'orders'],
    ['type = 5\n', 'orders'],
    ['', 'Shop.orders'],
    ['class Shop:\n    def stock(self): ...\n', 'Shop.orders'],
    ['class Shop(object):\n    pass\n', 'Shop.orders'],
  ])('%j has no %s', (text, name) => {
    expect(surelyLacks(text, name)).toBe(true)
  })

  test.each([
    ['def orders(): ...\n', 'orders'],
    ['from shop import orders\n', 'orders'],
    ['from shop import (\n    stock,\n    orders,\n)\n', 'orders'],
    ['orders: Flow = flow(stock)\n', 'orders'],
    ['from shop import *\n', 'orders'],
    ['globals()["or" + "ders"] = stock\n', 'orders'],
    ['setattr(module, name, stock)\n', 'orders'],
    ['exec(text)\n', 'orders'],
    ['def __getattr__(name): ...\n', 'orders'],
    ['sys.modules[__name__] = Lazy()\n', 'orders'],
    ['"""Runs orders."""\n', 'orders'],
    ['def größe(): ...\n', 'grosse'.replace('ss', 'ß')],
    ['', 'größe'],
    ['class Shop(Base):\n    pass\n', 'Shop.orders'],
    ['class Shop(metaclass=Meta):\n    pass\n', 'Shop.orders'],
    ['Shop = make()\n', 'Shop.orders'],
    ['class Shop:\n    orders = flow(stock)\n', 'Shop.orders'],
    ['class Shop:\n    pass\n', 'Shop.orders.deep'],
  ])('%j may have %s', (text, name) => {
    expect(surelyLacks(text, name)).toBe(false)
  })
})

describe('surelyPlainFunction', () => {
  test.each([
    'def orders(): ...\n',
    'async def orders(): ...\n',
    'from prefect import flow\n\ndef orders(a,\n    b): ...\n',
    '@flow\ndef stock(): ...\n\n# @flow\ndef orders(): ...\n',
    '@flow(\n    name="x",\n)\nasync def stock():\n    orders()\n\ndef orders(): ...\n',
    'class Shop:\n    @flow\n    def stock(self): ...\n\ndef orders(): ...\n',
    'def orders(): ...\n\nif __name__ == "__main__":\n    asyncio.run(orders())\n',
  ])('%j', (text) => {
    expect(surelyPlainFunction(text, 'orders')).toBe(true)
  })

  test.each([
    '@flow\ndef orders(): ...\n',
    '@flow\n# why\n\ndef orders(): ...\n',
    '@flow(\n    name="x",\n)\ndef orders(): ...\n',
    '@flow(name="x",\n      retries=3)\n@other\nasync def orders(): ...\n',
    '@flow(description="""\nSome text\n""")\ndef orders(): ...\n',
    '@task\ndef orders(): ...\n',
    'def orders(): ...\n\norders = flow(orders)\n',
    'def orders(): ...\n\ndaily = flow(orders)\n',
    'def orders(): ...\n\norders: Flow = wrap()\n',
    'def orders(): ...\n\nfor function in [orders, stock]:\n    register(function)\n',
    'def orders(): ...\n\nfrom shop import orders\n',
    'def orders(): ...\n\nclass orders: ...\n',
    'def orders(): ...\n\ndef orders(): ...\n',
    'def orders(): ...\n\nif x:\n    @flow\n    def orders(): ...\n',
    'if x:\n    def orders(): ...\n',
    'def orders(): ...\n\nglobals().update(flows())\n',
    'def orders(): ...\n\norders.deploy()\n',
    'def stock(): ...\n',
    'def make_orders(): ...\norders = make_orders()\n',
  ])('not %j', (text) => {
    expect(surelyPlainFunction(text, 'orders')).toBe(false)
  })
})

test('the functions of a file, and its flows', () => {
  const text = `from prefect import flow, task
@task
def load(): ...
@flow
def orders(): ...
@prefect.flow(name="b")
async def stock(
    a): ...
@flow
@other
def both(): ...
    def inner(): ...
# @flow
def plain(): ...
`
  expect(functionsIn(text)).toEqual({
    all: ['load', 'orders', 'stock', 'both', 'plain'],
    flows: ['orders', 'stock'],
  })
})
