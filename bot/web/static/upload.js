"use strict";
// Without this script the form works as it stands; with it files come in pieces and go on after a cut.
(() => {
  // As much as a proxy lets through that nobody has set up for files.
  const PIECE = 1024 * 1024, PAUSES = [1, 2, 4, 8, 15], LATER = new Set([0, 408, 423, 429, 500, 502, 503, 504]);
  const form = document.querySelector("form");
  if (!form) return;
  const { file: LARGEST, files: MOST, words } = JSON.parse(form.dataset.told);
  const [list, count, bar, button] = [".files", ".count", "progress", "button"].map((each) => form.querySelector(each));
  const here = location.pathname.replace(/\/$/, "");
  const act = random();
  let chosen = [], busy = false;
  document.documentElement.classList.add("js");

  for (const input of form.querySelectorAll("input"))
    input.addEventListener("change", () => {
      for (const file of input.files) add(file);
      input.value = "";
      show();
    });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!busy) send();
  });
  addEventListener("beforeunload", (event) => { if (busy) event.preventDefault(); });

  function add(file) {
    const print = printOf(`${file.name}|${file.size}|${file.lastModified}`);
    if (chosen.some((each) => each.print === print)) return;
    const problem = file.size === 0 ? words.empty : file.size > LARGEST ? words.large : "";
    chosen.push({ file, print, sent: 0, whole: false, problem: problem.replace("{name}", file.name) });
  }

  async function send() {
    const going = chosen.filter((each) => !each.problem);
    if (!going.length) return say(words.nothing);
    busy = true;
    show();
    try {
      for (const [at, each] of going.entries()) await carry(each, at + 1, going.length);
      const good = chosen.filter((each) => each.whole);
      if (chosen.some((each) => each.problem && !each.told)) {
        for (const each of chosen) each.told = Boolean(each.problem);
        return stop(good.length ? words.refused : words.nothing, good.length ? words.rest : words.send);
      }
      say(words.handing);
      finish((await ask("POST", "/xong", { act, files: good.map((each) => each.print) })).said);
    } catch (failure) {
      stop(failure.message || words.failed, words.again);
    }
  }

  async function carry(each, at, of) {
    each.begun = true;
    const begin = () => ask("POST", "/tep", { print: each.print, name: each.file.name, size: each.file.size });
    try {
      for (let now = await begin(); !(each.whole = now.whole);) {
        each.sent = now.offset;
        tell(at, of);
        // The last piece may be whole already and only its answer lost: an empty piece asks again.
        now = await piece(each, now.offset, () => tell(at, of)) ?? await begin();
      }
      each.sent = each.file.size;
    } catch (failure) {
      if (!failure.final) throw failure;
      each.problem = failure.message;
    }
    show();
  }

  // One piece; nothing when it must be asked how far the file has come.
  async function piece(each, offset, onProgress) {
    const { status, body } = await request("PATCH", `/tep/${each.print}`, each.file.slice(offset, offset + PIECE), {
      "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset),
    }, (loaded) => { each.sent = offset + loaded; onProgress(); });
    if (status === 200) { tries = 0; return body; }
    if (status === 409) return null;
    if (LATER.has(status)) return pause(status, body.say).then(() => null);
    throw refusal(status, body);
  }

  // Asks until there is an answer; a dropped connection is waited out.
  async function ask(method, path, asked) {
    for (;;) {
      const { status, body } = await request(method, path, JSON.stringify(asked), { "Content-Type": "application/json" });
      if (status === 200) { tries = 0; return body; }
      if (!LATER.has(status)) throw refusal(status, body);
      await pause(status, body.say);
    }
  }

  let tries = 0;
  function pause(status, sentence) {
    say(sentence || words.waiting);
    const seconds = PAUSES[Math.min(tries++, PAUSES.length - 1)];
    return new Promise((go) => {
      const timer = setTimeout(go, seconds * 1000);
      if (status === 0) addEventListener("online", () => { clearTimeout(timer); go(); }, { once: true });
    });
  }

  function request(method, path, data, headers, onProgress) {
    return new Promise((done) => {
      const call = new XMLHttpRequest();
      let heard = Date.now();
      // A connection that died in silence is given up.
      const watch = setInterval(() => { if (Date.now() - heard > 45000) call.abort(); }, 5000);
      const end = () => {
        clearInterval(watch);
        let body = {};
        try { body = JSON.parse(call.responseText); } catch { /* a proxy's page */ }
        done({ status: call.status, body });
      };
      call.open(method, here + path);
      for (const [name, value] of Object.entries(headers)) call.setRequestHeader(name, value);
      call.upload.onprogress = (event) => { heard = Date.now(); onProgress?.(event.loaded); };
      call.onloadend = end;
      call.send(data);
    });
  }

  function refusal(status, body) {
    const failure = new Error(body.say || words.failed);
    failure.final = status === 422 || status === 413;
    return failure;
  }

  function finish(said) {
    busy = false;
    const main = document.querySelector("main");
    main.replaceChildren(document.querySelector("template").content.cloneNode(true));
    main.querySelector(".said").replaceWith(...said.map((text) => element("p", "said", text)));
    main.querySelector("h1").tabIndex = -1;
    main.querySelector("h1").focus();
  }

  function stop(sentence, label) {
    busy = false;
    button.textContent = label;
    bar.hidden = true;
    show();
    say(sentence);
  }

  function tell(at, of) {
    const [sent, all] = [sum((each) => each.sent), sum((each) => each.file.size)];
    bar.hidden = false;
    bar.value = all ? sent / all : 0;
    say(words.sending.replace("{at}", at).replace("{count}", of).replace("{percent}", Math.floor(100 * bar.value)));
  }

  function show() {
    list.hidden = !chosen.length;
    list.replaceChildren(...chosen.map(row));
    button.disabled = busy;
    for (const input of form.querySelectorAll("input")) input.disabled = busy;
    if (busy) return;
    const size = mb(sum((each) => each.file.size));
    say(chosen.length ? words.chosen.replace("{count}", chosen.length).replace("{size}", size) : "");
  }

  function row(each) {
    const line = element("li", "");
    const drop = element("button", "", words.drop);
    drop.type = "button";
    drop.disabled = busy;
    drop.setAttribute("aria-label", `${words.drop} ${each.file.name}`);
    drop.addEventListener("click", () => {
      chosen = chosen.filter((other) => other !== each);
      if (each.begun) request("DELETE", `/tep/${each.print}`, null, {});
      if (!chosen.some((other) => other.problem)) button.textContent = words.send;
      show();
    });
    line.append(element("span", "name", each.file.name));
    line.append(element("span", "state", each.whole ? words.whole : mb(each.file.size)), drop);
    if (each.problem) line.append(element("p", "problem", each.problem));
    return line;
  }

  function say(text) { count.hidden = !text; count.textContent = text; }
  function sum(of) { return chosen.filter((each) => !each.problem).reduce((total, each) => total + of(each), 0); }
  function mb(size) { return size < 1e6 ? `${Math.max(1, Math.round(size / 1024))} KB` : `${(size / 1048576).toFixed(1).replace(".", ",")} MB`; }
  function element(kind, name, text = "") {
    const made = document.createElement(kind);
    if (name) made.className = name;
    made.textContent = text;
    return made;
  }
  function random() { return [...crypto.getRandomValues(new Uint8Array(16))].map(hex).join(""); }
  function hex(byte) { return byte.toString(16).padStart(2, "0"); }
  // The same file has the same print after the page was opened anew (FNV, four times over; nothing secret hangs on it).
  function printOf(text) {
    return [2166136261, 84696351, 50331653, 805306457].map((seed) => {
      let sum32 = seed;
      for (const byte of new TextEncoder().encode(text)) sum32 = Math.imul(sum32 ^ byte, 16777619) >>> 0;
      return sum32.toString(16).padStart(8, "0");
    }).join("");
  }
})();
