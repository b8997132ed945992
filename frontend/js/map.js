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

function list(features) {
  return features.map(({ properties: { name, text, url } }) => {
    const line = document.createElement("li");
    const words = url ? Object.assign(document.createElement("a"), { href: url }) : document.createElement("span");
    words.textContent = name;
    line.append(words, text ? `: ${text}` : "");
    return line;
  });
}

// What is asked for goes a little beyond the view, and never beyond the world.
function asked(view) {
  const part = view.pad(0.1);
  const within = (value, most) => Math.max(-most, Math.min(most, value)).toFixed(6);
  return [within(part.getWest(), 180), within(part.getSouth(), 90), within(part.getEast(), 180), within(part.getNorth(), 90)].join(",");
}

function draw(element) {
  const data = JSON.parse(document.getElementById(element.dataset.map).textContent);
  const map = L.map(element, { attributionControl: false, scrollWheelZoom: false, zoomSnap: 0.25, maxZoom: 19 });
  const shown = (collection) => L.geoJSON(collection, {
    style: shape,
    pointToLayer: (feature, place) => L.circleMarker(place, { radius: radius(feature.properties), ...shape(feature) }),
    onEachFeature: (feature, part) => {
      part.bindPopup(popup(feature.properties)).bindTooltip(feature.properties.name, { permanent: collection.features.length <= 20, direction: "right", offset: [radius(feature.properties), 0] });
    },
  });
  let layer = shown(data).addTo(map);
  map.fitBounds(layer.getBounds(), { padding: [24, 24], maxZoom: 17 });
  const { points } = element.dataset;
  if (!points) return;
  let newest = 0;
  map.on("moveend", async () => {
    const mine = ++newest;
    const answer = await fetch(`${points}&vung=${asked(map.getBounds())}`).catch(() => null);
    if (!answer?.ok || mine !== newest) return;
    const found = await answer.json();
    layer.remove();
    layer = shown(found).addTo(map);
    document.getElementById(`${element.dataset.map}-list`).replaceChildren(...list(found.features));
  });
}

document.querySelectorAll("[data-map]").forEach(draw);
