// A map without foreign tiles: only the authority's own points and outlines.
import L from "leaflet";

function popup({ name, text, url }) {
  const box = document.createElement("div");
  const title = Object.assign(document.createElement(url ? "a" : "strong"), { textContent: name });
  if (url) title.href = url;
  box.append(title);
  if (text) box.append(Object.assign(document.createElement("div"), { textContent: text }));
  return box;
}

const shape = (feature) => ({ className: `map-shape tone-${feature.properties.tone ?? "info"}`, stroke: true, weight: 1.5 });
const radius = ({ size }) => (size ? 5 + 17 * Math.sqrt(size) : 8);

function draw(element) {
  const features = JSON.parse(document.getElementById(element.dataset.map).textContent);
  const map = L.map(element, { attributionControl: false, scrollWheelZoom: false, zoomSnap: 0.25 });
  const layer = L.geoJSON(features, {
    style: shape,
    pointToLayer: (feature, place) => L.circleMarker(place, { radius: radius(feature.properties), ...shape(feature) }),
    onEachFeature: (feature, part) => part.bindPopup(popup(feature.properties)).bindTooltip(feature.properties.name, { permanent: features.features.length <= 20, direction: "right", offset: [radius(feature.properties), 0] }),
  }).addTo(map);
  map.fitBounds(layer.getBounds(), { padding: [24, 24] });
}

document.querySelectorAll("[data-map]").forEach(draw);
