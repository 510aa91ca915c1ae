// Great-circle distances.
import type { Place } from './network.ts'

const EARTH_RADIUS_KM = 6371.0088

export function distanceKm(a: Place, b: Place): number {
  const latitude = toRadians(b.latitude - a.latitude) / 2
  const longitude = toRadians(b.longitude - a.longitude) / 2
  const chord =
    Math.sin(latitude) ** 2 +
    Math.cos(toRadians(a.latitude)) * Math.cos(toRadians(b.latitude)) * Math.sin(longitude) ** 2
  // rounding may take it past 1 at the other side of the earth
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(Math.min(1, chord)))
}

function toRadians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
