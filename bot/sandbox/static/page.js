"use strict";
// The server holds everything; this page draws its state and says what was tapped. Text goes in by textContent only.

const byId = (id) => document.getElementById(id);
const narrow = matchMedia("(max-width: 760px)");
const phones = new Map(); // id -> { section, talk, drawn: Map(message id -> [signature, element]) }
const kept = restore();
let state = null;
let drawing = null;
let again = false;
let acting = 0; // what was done and not yet answered
let aimed = "";
let prefilled = "";

function restore() {
  try { return { open: null, here: 0, seen: {}, tour: true, ...JSON.parse(sessionStorage.getItem("kept") || "{}") }; }
  catch { return { open: null, here: 0, seen: {}, tour: true }; }
}
function keep() {
  try { sessionStorage.setItem("kept", JSON.stringify(kept)); } catch { /* the page works without */ }
}

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}
function button(label, onTap, className) {
  const element = make("button", className, label);
  element.type = "button";
  element.addEventListener("click", onTap);
  return element;
}
function setText(element, text) { if (element.textContent !== text) element.textContent = text; }

// --- talking with the server

async function post(path, body) {
  const form = body instanceof FormData;
  try {
    const answer = await fetch(path, {
      method: "POST",
      body: form ? body : JSON.stringify(body),
      headers: form ? {} : { "Content-Type": "application/json" },
    });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) toast(said.error || "Máy chạy thử không nhận được thao tác này.");
    else if (said.answer) toast(said.answer);
    await refresh();
    return answer.ok;
  } catch {
    toast("Mất kết nối với máy chạy thử. Xin thử lại.");
    return false;
  }
}

// Settled when what was true at the time of asking is drawn.
function refresh() {
  again = true;
  drawing ??= drawNews().finally(() => { drawing = null; });
  return drawing;
}
async function drawNews() {
  try {
    while (again) {
      again = false;
      const answer = await fetch("state");
      if (!answer.ok) throw new Error(String(answer.status));
      state = await answer.json();
      draw();
    }
    offline(false);
  } catch (error) {
    if (error instanceof TypeError || !state) offline(true);
    else console.error(error);
  }
}

let lost = false;
function offline(yes) { lost = yes; drawNotice(); }

const events = new EventSource("events");
events.onmessage = refresh;
events.onerror = () => offline(true);

let toastTimer = 0;
function toast(words) {
  const place = byId("toast");
  place.textContent = words;
  place.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { place.hidden = true; }, 6000);
}

// --- drawing

function draw() {
  setText(byId("clock"), state.clock);
  setText(byId("next"), state.busy ? "Đang đẩy đồng hồ…" : state.next_due ? `Sắp nhắc: ${state.next_due}` : "");
  for (const one of document.querySelectorAll("[data-clock]")) one.disabled = state.busy;
  if (kept.run !== state.run) { // another demo began
    const old = phones.size > 0;
    Object.assign(kept, { run: state.run, open: null, here: 0, seen: {}, tour: true });
    keep();
    if (old) { location.reload(); return; }
  }
  kept.open ??= state.phones.filter((phone) => phone.shown).map((phone) => phone.id);
  if (!kept.open.length) kept.open = [state.phones[0].id];
  if (!kept.open.includes(kept.here)) kept.here = kept.open[0];
  drawNotice();
  drawTour();
  const news = state.phones.filter((phone) => kept.open.includes(phone.id)).map(drawPhone);
  arrange();
  drawTabs();
  for (const { one, low } of news) if (low) one.talk.scrollTop = one.talk.scrollHeight;
  keep();
  aim();
}

function drawNotice() {
  const words = lost ? "Mất kết nối với máy chạy thử, đang nối lại…" : state ? state.notice : "";
  setText(byId("notice"), words);
  byId("notice").hidden = !words;
}

function drawTour() {
  const { at, of, step } = state.tour;
  const on = of > 0 && kept.tour;
  byId("tour").hidden = !on;
  byId("open-tour").hidden = on || of === 0;
  setText(byId("tour-title"), step ? `Bước ${at + 1}/${of}. ${step.title}` : "Đã đi hết các bước");
  setText(byId("tour-sentence"), step ? step.sentence : "Mọi điện thoại vẫn dùng được; cứ thử tiếp theo ý mình.");
  byId("tour-next").hidden = !step;
  setText(byId("tour-hide"), step ? "Bỏ qua" : "Đóng");
}

function visible(id) { return kept.open.includes(id) && (!narrow.matches || kept.here === id); }
function unread(phone) {
  const seen = kept.seen[phone.id] || 0;
  return phone.messages.filter((message) => message.bot && message.id > seen).length;
}

function arrange() {
  for (const [id, { section }] of phones) {
    section.hidden = !kept.open.includes(id);
    section.classList.toggle("here", id === kept.here);
  }
  for (const phone of state.phones) {
    if (visible(phone.id) && phone.messages.length) kept.seen[phone.id] = phone.messages[phone.messages.length - 1].id;
  }
}

const tabs = new Map();
function drawTabs() {
  const place = byId("tabs");
  const home = narrow.matches ? byId("tabs-row") : byId("times");
  if (place.parentElement !== home) home.append(place);
  const others = state.phones.filter((phone) => !kept.open.includes(phone.id));
  const wanted = narrow.matches ? state.phones.filter((phone) => kept.open.includes(phone.id)) : [];
  const signature = JSON.stringify([narrow.matches, kept.here, adding, wanted.map((p) => [p.id, unread(p)]), others.map((p) => [p.id, unread(p)])]);
  if (tabs.get("signature") === signature) return;
  const focused = document.activeElement && document.activeElement.dataset.tab;
  tabs.clear();
  tabs.set("signature", signature);
  place.replaceChildren();
  for (const phone of wanted) {
    const tab = button(phone.name, () => show(phone.id));
    tab.setAttribute("aria-pressed", String(phone.id === kept.here));
    addTab(place, tab, phone);
  }
  if (others.length) {
    const waiting = others.reduce((sum, phone) => sum + unread(phone), 0);
    const plus = button(narrow.matches ? "+ thêm" : "+ thêm điện thoại", () => { adding = !adding; drawTabs(); aim(); });
    plus.setAttribute("aria-expanded", String(adding));
    plus.title = "Thêm điện thoại";
    plus.dataset.tab = "plus";
    if (waiting && !adding) plus.append(badge(waiting));
    place.append(plus);
    tabs.set("plus", plus);
  }
  if (adding) {
    const more = make("div", "more");
    place.append(more);
    for (const phone of others) {
      addTab(more, button(`${phone.name} – ${phone.title} · ${phone.app.name}`, () => { adding = false; show(phone.id); }), phone);
    }
  }
  place.hidden = !place.childElementCount;
  if (focused) place.querySelector(`[data-tab="${focused}"]`)?.focus();
}
let adding = false;
function addTab(place, tab, phone) {
  tab.dataset.tab = String(phone.id);
  const count = unread(phone);
  if (count) tab.append(badge(count));
  tabs.set(phone.id, tab);
  place.append(tab);
}
function badge(count) {
  const mark = make("span", "badge", String(count));
  mark.setAttribute("aria-label", `${count} tin chưa đọc`);
  return mark;
}
function show(id) {
  if (!kept.open.includes(id)) kept.open.push(id);
  kept.here = id;
  draw();
  const one = phones.get(id);
  one.section.scrollIntoView({ inline: "nearest", block: "nearest" });
  one.talk.scrollTop = one.talk.scrollHeight;
  aimed = "";
  aim();
}

// --- one phone

function phoneOf(phone) {
  if (phones.has(phone.id)) return phones.get(phone.id);
  const section = byId("phone-template").content.firstElementChild.cloneNode(true);
  const find = (selector) => section.querySelector(selector);
  const one = { id: phone.id, section, talk: find(".talk"), drawn: new Map(), input: find("textarea"), low: true };
  one.talk.addEventListener("scroll", () => {
    one.low = one.talk.scrollHeight - one.talk.scrollTop - one.talk.clientHeight < 60;
  });
  new ResizeObserver(() => { if (one.low) one.talk.scrollTop = one.talk.scrollHeight; }).observe(one.talk);
  section.dataset.phone = phone.name;
  section.dataset.app = phone.app.key;
  section.setAttribute("aria-label", `Điện thoại của ${phone.name} – ${phone.title}, ${phone.app.name}`);
  find(".app").textContent = phone.app.name;
  find(".menu").hidden = !phone.menu.length;
  find(".name").textContent = phone.name;
  find(".title").textContent = `– ${phone.title}`;
  find(".put-away").addEventListener("click", () => {
    kept.open = kept.open.filter((id) => id !== phone.id);
    draw();
  });
  find("form").addEventListener("submit", (event) => { event.preventDefault(); say(one); });
  one.input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); say(one); }
  });
  one.input.addEventListener("input", aim);
  const chooser = find("input[type=file]");
  if (phone.no_files) chooser.accept = "image/jpeg,image/png";
  chooser.addEventListener("change", () => {
    for (const file of chooser.files) upload(one, file, isPhoto(file));
    chooser.value = "";
  });
  popup(one, find(".clip"), find(".clip-pop"), (place) => {
    const why = now(one).no_files;
    if (why) {
      place.append(make("p", "about", why), button("Nhắn «lấy liên kết»", () => { close(one); act(one, "say", { text: "lấy liên kết" }); }));
      place.append(button("Chọn ảnh trên máy…", () => { close(one); chooser.click(); }));
      return;
    }
    for (const name of state.files) {
      const item = button(name, () => { close(one); act(one, "ready", { name }); });
      item.dataset.ready = name;
      place.append(item);
    }
    place.append(button("Chọn tệp trên máy…", () => { close(one); chooser.click(); }));
  });
  popup(one, find(".menu"), find(".menu-pop"), (place) => {
    const menu = now(one).menu;
    if (!menu.length) place.append(make("p", "about", "Chưa có lệnh nào."));
    for (const { command, description } of menu) {
      const item = button("", () => { close(one); act(one, "say", { text: `/${command}` }); });
      item.append(make("b", "", `/${command}`), " ", make("span", "about", description));
      place.append(item);
    }
  });
  dropping(one);
  phones.set(phone.id, one);
  const order = [...phones.keys()].sort((a, b) => a - b);
  const after = order.slice(order.indexOf(phone.id) + 1).map((id) => phones.get(id).section)[0];
  byId("phones").insertBefore(section, after || null);
  return one;
}

function now(one) { return state.phones.find((each) => each.id === one.id); }
function isPhoto(file) { return /^image\/(jpeg|png)$/.test(file.type); }

function popup(one, opener, place, fill) {
  opener.addEventListener("click", () => {
    const open = place.hidden;
    close(one);
    if (open) {
      place.replaceChildren();
      fill(place);
      place.hidden = false;
      opener.setAttribute("aria-expanded", "true");
      place.querySelector("button")?.focus({ focusVisible: false });
    }
    aim();
  });
}
function close(one) {
  for (const place of one.section.querySelectorAll(".pop")) place.hidden = true;
  for (const opener of one.section.querySelectorAll(".menu, .clip")) opener.setAttribute("aria-expanded", "false");
  aim();
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !state) return;
  adding = false;
  drawTabs();
  for (const one of phones.values()) close(one);
});
document.addEventListener("click", (event) => {
  for (const one of phones.values()) {
    if (one.section.querySelector(".pop:not([hidden])") && !one.section.querySelector(".write").contains(event.target)) close(one);
  }
});

// Who does something wants to see what comes of it.
async function act(one, what, body) {
  one.low = true;
  one.talk.scrollTop = one.talk.scrollHeight;
  acting += 1;
  aim();
  try {
    return await post(`phone/${one.id}/${what}`, body);
  } finally {
    acting -= 1;
    aim();
  }
}

async function say(one) {
  const text = one.input.value.trim();
  if (!text) { one.input.focus(); return; }
  one.input.value = "";
  if (!await act(one, "say", { text })) one.input.value = text;
}

function upload(one, file, asPhoto) {
  const why = asPhoto ? "" : now(one).no_files;
  if (why) { toast(why); return; }
  if (file.size > 20 * 1024 * 1024) { toast("Tệp lớn quá 20 MB, trợ lý không nhận được."); return; }
  const form = new FormData();
  form.append("as", asPhoto ? "photo" : "document");
  form.append("file", file, file.name);
  act(one, "upload", form);
}

function dropping(one) {
  const over = (on) => one.section.classList.toggle("over", on);
  one.section.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    over(true);
  });
  one.section.addEventListener("dragleave", (event) => { if (!one.section.contains(event.relatedTarget)) over(false); });
  one.section.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    for (const file of event.dataTransfer.files) upload(one, file, Boolean(now(one).no_files) && isPhoto(file));
  });
}
for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());

function drawPhone(phone) {
  const one = phoneOf(phone);
  const low = one.low;
  const wanted = [];
  let day = "";
  for (const message of phone.messages) {
    if (message.day !== day) {
      day = message.day;
      wanted.push([`day ${day}`, day, () => make("li", "day", message.day)]);
    }
    wanted.push([message.id, JSON.stringify(message), () => drawMessage(one, message)]);
  }
  if (phone.typing) wanted.push(["typing", "", () => make("li", "soon", "Trợ lý đang soạn…")]);
  if (!wanted.length) wanted.push(["empty", "", () => make("li", "day", "Chưa có tin nhắn")]);
  const drawn = new Map();
  let before = null;
  for (const [key, signature, build] of wanted) {
    let [old, element] = one.drawn.get(key) || ["", null];
    if (!element || old !== signature) {
      const fresh = build();
      if (element) element.replaceWith(fresh);
      element = fresh;
    }
    const place = before ? before.nextSibling : one.talk.firstChild;
    if (place !== element) one.talk.insertBefore(element, place);
    drawn.set(key, [signature, element]);
    before = element;
  }
  for (const [key, [, element]] of one.drawn) if (!drawn.has(key)) element.remove();
  one.drawn = drawn;
  drawKeys(one, phone.keyboard);
  return { one, low };
}

function drawKeys(one, labels) {
  const place = one.section.querySelector(".keys");
  if (place.dataset.labels === JSON.stringify(labels)) return;
  place.dataset.labels = JSON.stringify(labels);
  place.hidden = !labels.length;
  place.replaceChildren(...labels.map((label) => button(label, () => act(one, "say", { text: label }))));
}

function drawMessage(one, message) {
  const item = make("li", message.bot ? "message" : "message mine");
  item.dataset.message = message.id;
  const bubble = make("div", "bubble");
  if (message.file) bubble.append(drawFile(one, message));
  if (message.text) bubble.append(rich(message.text, message.entities));
  if (message.typed.labels.length) bubble.append(drawTyped(one, message));
  bubble.append(make("span", "stamp", `${message.edited ? "đã sửa " : ""}${message.time}`));
  item.append(bubble);
  for (const row of message.buttons) {
    const line = make("div", "row");
    for (const each of row) line.append(drawButton(one, message, each));
    item.append(line);
  }
  return item;
}

function drawButton(one, message, each) {
  return each.url ? link(each.url, each.label) : chooses(one, message, each.label, each.label);
}
// Where there are no buttons: the words as they stand in the message; a tap types them.
function drawTyped(one, message) {
  const { labels, numbered } = message.typed;
  const place = make("div", numbered ? "typed numbered" : "typed");
  if (!numbered) place.append(make("span", "", "Gõ:"));
  labels.forEach((label, at) => {
    if (at && !numbered) place.append(make("span", "", "/"));
    place.append(chooses(one, message, label, numbered ? `${at + 1}. ${label}` : label));
  });
  return place;
}
function chooses(one, message, label, words) {
  const element = button(words, async () => {
    element.setAttribute("aria-busy", "true");
    await act(one, "press", { message: message.id, label });
    element.removeAttribute("aria-busy");
  });
  element.dataset.label = label;
  return element;
}

function drawFile(one, message) {
  const anchor = make("a", "file");
  anchor.href = `file/${one.id}/${message.id}`;
  anchor.setAttribute("download", message.file.name);
  if (message.file.picture) {
    const picture = make("img");
    picture.src = anchor.href;
    picture.alt = message.file.name;
    anchor.append(picture);
    return anchor;
  }
  const words = make("div");
  words.append(make("b", "", message.file.name), make("br"), make("span", "", [message.file.size, "tải về"].filter(Boolean).join(", ")));
  anchor.append(sheet(), words);
  return anchor;
}
function sheet() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6");
  svg.append(path);
  return svg;
}

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "code" };
// Telegram counts entities in UTF-16 units, as JavaScript does.
function rich(text, entities) {
  const out = document.createDocumentFragment();
  let at = 0;
  for (const entity of entities) {
    const tag = TAGS[entity.type];
    if (entity.offset < at || !(tag || entity.type === "text_link")) continue;
    plain(out, text.slice(at, entity.offset));
    at = entity.offset + entity.length;
    const words = text.slice(entity.offset, at);
    out.append(tag ? make(tag, "", words) : link(entity.url, words));
  }
  plain(out, text.slice(at));
  return out;
}
function plain(out, text) {
  let at = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>«»]*[^\s<>«».,;:)\]]/g)) {
    out.append(text.slice(at, found.index), link(found[0], found[0]));
    at = found.index + found[0].length;
  }
  out.append(text.slice(at));
}
function link(address, words) {
  if (!/^https?:\/\//.test(address)) return document.createTextNode(words);
  const anchor = make("a", "", words);
  anchor.href = address;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  return anchor;
}

// --- the tour: exactly one control is outlined, none while what was done is on its way

function aim() {
  if (!state) return;
  const step = kept.tour && !acting ? state.tour.step : null;
  const target = step ? targetOf(step) : null;
  for (const old of document.querySelectorAll(".wanted")) if (old !== target) old.classList.remove("wanted");
  if (!target) { aimed = ""; return; }
  target.classList.add("wanted");
  const key = `${state.tour.at} ${target.dataset.label || target.className} ${target.closest("[data-message]")?.dataset.message}`;
  if (key !== aimed) {
    aimed = key;
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

function targetOf(step) {
  if (step.kind === "clock") return document.querySelector(`[data-clock="${CSS.escape(step.label)}"]`);
  const phone = state.phones.find((each) => each.name === step.phone);
  if (!phone) return null;
  if (!visible(phone.id)) return tabs.get(phone.id) || tabs.get("plus") || null;
  const one = phones.get(phone.id);
  if (step.kind === "press") return pressTarget(one, step.label);
  if (step.kind === "send_file") return fileTarget(one, step.label);
  return sayTarget(one, step);
}
function alike(wanted, given) {
  const [a, b] = [wanted.trim().toLocaleLowerCase("vi"), given.trim().toLocaleLowerCase("vi")];
  return a.endsWith("…") ? b.startsWith(a.slice(0, -1)) : a === b;
}
function pressTarget(one, label) {
  const found = [...one.talk.querySelectorAll("button[data-label]")].filter((each) => alike(label, each.dataset.label));
  return found[found.length - 1] || null;
}
function fileTarget(one, label) {
  if (one.section.querySelector(".clip-pop").hidden) return one.section.querySelector(".clip");
  const items = [...one.section.querySelectorAll(".clip-pop button")];
  return items.find((item) => item.dataset.ready === label) || items[0] || null;
}
function sayTarget(one, step) {
  const key = `${state.tour.at} ${step.label}`;
  if (prefilled !== key && !one.input.value) {
    prefilled = key;
    one.input.value = step.label.replace(/…$/, "");
  }
  return one.input.value.trim() ? one.section.querySelector(".send") : one.input;
}

for (const one of document.querySelectorAll("[data-clock]")) {
  one.addEventListener("click", () => post("clock", { to: one.dataset.clock }));
}
byId("tour-next").addEventListener("click", () => post("skip", {}));
byId("again").addEventListener("click", async () => {
  if (!confirm("Xoá cuộc chạy thử này và bắt đầu lại từ đầu?")) return;
  if (await post("again", {})) toast("Đang bắt đầu lại từ đầu…");
});
byId("tour-hide").addEventListener("click", () => { kept.tour = false; draw(); });
byId("open-tour").addEventListener("click", () => { kept.tour = true; draw(); });
narrow.addEventListener("change", () => { if (state) draw(); });
refresh();
