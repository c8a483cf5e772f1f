// Wires between the Regions: cut, slow, or swallowing everything.
import type { Wire } from '#test/support/proxy.js'
import type { Chance } from '../chance.js'
import type { World } from '../world.js'
import { type Fault, ofBoth } from './fault.js'

/** Some of the four wires: one of a kind, both of a kind, or all. */
function chosen(world: World, chance: Chance): readonly Wire[] {
  const [west, east] = world.stack.regions
  const databases = [west.databaseWire, east.databaseWire]
  const links = [west.linkWire, east.linkWire]
  const sets = [
    ...[...databases, ...links].map((wire) => [wire]),
    databases,
    links,
    [...databases, ...links],
    [...databases, ...links],
  ]
  return chance.pick(sets) ?? databases
}

const onWires = (
  name: string,
  weight: number,
  breaks: (wire: Wire, chance: Chance) => void,
): Fault => ({
  name,
  weight,
  parts: ofBoth('wires'),
  async run({ world, chance, hold }) {
    const wires = chosen(world, chance)
    for (const wire of wires) breaks(wire, chance)
    await hold()
    for (const wire of wires) wire.heal()
  },
})

export const WIRE_FAULTS: readonly Fault[] = [
  onWires('cut wires', 3, (wire) => wire.cut()),
  onWires('slow wires', 2, (wire, chance) => wire.delay(chance.between(20, 400))),
  onWires('swallowing wires', 2, (wire) => wire.halfOpen()),
]
