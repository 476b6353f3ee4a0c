// The self-assessment with a script: one question at a time, every answer saved at once, and kept on the device until
// it is. Without it the same page is one form. What is kept belongs to one account and one assessment: nobody else's is
// read or sent. docs/adr/0012-self-assessment-transport.md says why it is done this way.
"use strict";

const PATIENCE = 15000;
const SOON = 600;
const FIRST_REST = 2000;
const LONGEST_REST = 60000;

// --- What is kept on the device ---------------------------------------------------------------------------------

class Kept {
  constructor(element) {
    this.key = `ikusei.kept.${element.dataset.account}.self.${element.dataset.participant}`;
  }

  all() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) || {};
    } catch {
      return {};
    }
  }

  write(answers) {
    try {
      if (Object.keys(answers).length) {
        localStorage.setItem(this.key, JSON.stringify(answers));
      } else {
        localStorage.removeItem(this.key);
      }
    } catch {
      // Storage is full or forbidden: the fields themselves still hold what was typed.
    }
  }

  put(skill, answer) {
    this.write({ ...this.all(), [skill]: answer });
  }

  // An answer that was changed again while it was on its way stays.
  settle(skill, sent) {
    const answers = this.all();
    if (answers[skill] && answers[skill].stamp === sent.stamp) {
      delete answers[skill];
      this.write(answers);
    }
  }

  drop(skill) {
    const answers = this.all();
    delete answers[skill];
    this.write(answers);
  }
}

// --- One question as it stands in the page ----------------------------------------------------------------------

class Question {
  constructor(element) {
    this.element = element;
    this.skill = Number(element.dataset.question);
  }

  field(name) {
    return this.element.querySelector(`[name="${name}-${this.skill}"]`);
  }

  get level() {
    const chosen = this.element.querySelector(`[name="level-${this.skill}"]:checked`);
    return chosen ? Number(chosen.value) : null;
  }

  set level(level) {
    for (const radio of this.element.querySelectorAll(`[name="level-${this.skill}"]`)) {
      radio.checked = level !== null && Number(radio.value) === level;
    }
  }

  get revision() {
    return Number(this.element.dataset.revision);
  }

  set revision(revision) {
    this.element.dataset.revision = String(revision);
  }

  get name() {
    return this.element.querySelector("legend").textContent.trim();
  }

  words(level) {
    const radio = this.element.querySelector(`[name="level-${this.skill}"][value="${level}"]`);
    return radio ? radio.parentElement.querySelector(".choice__words").textContent.trim() : "";
  }

  read(wishes) {
    const answer = {
      level: this.level,
      note: this.field("note").value,
      seen: this.revision,
      stamp: `${Date.now()}.${Math.random()}`,
      name: this.name,
      words: this.level === null ? "" : this.words(this.level),
    };
    if (wishes) {
      answer.interested = this.field("interested").checked;
      answer.may_be_asked = this.field("asked").checked;
    }
    return answer;
  }

  show(answer) {
    this.level = answer.level;
    this.field("note").value = answer.note;
    if ("interested" in answer) {
      this.field("interested").checked = answer.interested;
      this.field("asked").checked = answer.may_be_asked;
    }
  }
}

// --- The page ---------------------------------------------------------------------------------------------------

class SelfAssessment {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.kept = new Kept(form);
    this.questions = new Map();
    this.held = new Set();
    // What this page has not heard of yet, though another tab may have sent it, or the device keeps nothing.
    this.unheard = new Map();
    this.rest = FIRST_REST;
    this.timer = 0;
    this.sending = null;
    this.status = form.querySelector("[data-status]");
    this.signIn = form.querySelector("[data-sign-in-link]");
  }

  begin() {
    this.form.dataset.live = "";
    this.form.querySelector("[data-bar]").hidden = false;
    for (const element of this.form.querySelectorAll("[data-live-only]")) {
      element.hidden = false;
    }
    this.adopt(this.form.querySelectorAll("[data-question]"));
    this.form.addEventListener("input", (event) => this.typed(event));
    this.form.addEventListener("change", (event) => this.typed(event));
    this.form.addEventListener("click", (event) => this.pressed(event));
    document.addEventListener("submit", (event) => this.submitted(event), true);
    window.addEventListener("hashchange", () => this.turn());
    window.addEventListener("online", () => this.again());
    window.addEventListener("pageshow", (event) => event.persisted && this.again());
    document.addEventListener("visibilitychange", () => document.hidden || this.again());
    window.addEventListener("focus", () => this.again());
    this.turn();
    this.fetchCards();
    this.send();
  }

  adopt(elements) {
    const kept = this.kept.all();
    for (const element of elements) {
      const question = new Question(element);
      this.questions.set(question.skill, question);
      if (kept[question.skill]) {
        question.show(kept[question.skill]);
        this.mark(question.skill, question.level);
      } else if (element.hasAttribute("data-unsaved")) {
        this.keep(question.skill, question.read(true));
      }
    }
  }

  // The questions that the page only lists are fetched at once: later there may be no connection.
  async fetchCards() {
    const place = this.form.querySelector("[data-questions]");
    for (let from = 0; ; ) {
      let html = "";
      try {
        const answer = await fetch(`${this.words.cards}?from=${from}`, { headers: { "HX-Request": "true" } });
        html = answer.ok && !answer.redirected ? await answer.text() : "";
      } catch {
        setTimeout(() => navigator.onLine && this.fetchCards(), FIRST_REST);
        return;
      }
      const box = document.createElement("template");
      box.innerHTML = html;
      const fresh = Array.from(box.content.querySelectorAll("[data-question]"));
      if (!fresh.length) {
        break;
      }
      from += fresh.length;
      const unknown = fresh.filter((element) => !this.questions.has(Number(element.dataset.question)));
      place.append(...unknown);
      this.adopt(unknown);
    }
    for (const line of this.form.querySelectorAll("[data-line]")) {
      if (this.questions.has(Number(line.dataset.line))) {
        line.querySelector("a").href = `#q-${line.dataset.line}`;
      }
    }
    this.turn();
    this.send();
  }

  // --- Going from question to question; the address says which, so that the browser's Back button goes back ---------

  steps() {
    return Array.from(this.form.querySelectorAll("[data-line][data-step]"), (line) => Number(line.dataset.line)).filter(
      (skill) => this.questions.has(skill),
    );
  }

  turn() {
    const found = location.hash.match(/^#q-(\d+)$/);
    const question = found ? this.questions.get(Number(found[1])) : null;
    for (const other of this.questions.values()) {
      other.element.toggleAttribute("data-current", other === question);
    }
    this.form.dataset.view = question ? "question" : "overview";
    this.form.querySelector("[data-steps]").hidden = !question;
    if (!question) {
      const place = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
      place?.scrollIntoView();
      return;
    }
    const steps = this.steps();
    const place = steps.indexOf(question.skill);
    const back = this.form.querySelector("[data-back]");
    const next = this.form.querySelector("[data-next]");
    const rest = document.getElementById("rest") ? "#rest" : "#hand-in";
    back.href = place > 0 ? `#q-${steps[place - 1]}` : place === 0 ? "#asked" : rest;
    next.href = place >= 0 && place + 1 < steps.length ? `#q-${steps[place + 1]}` : rest;
    this.form.querySelector("[data-place]").textContent = place >= 0 ? `${place + 1} / ${steps.length}` : "";
    question.element.focus({ preventScroll: true });
    question.element.scrollIntoView();
  }

  // --- Keeping and sending --------------------------------------------------------------------------------------

  typed(event) {
    const element = event.target.closest("[data-question]");
    if (!element || event.target.name.startsWith("leave-")) {
      return;
    }
    const question = this.questions.get(Number(element.dataset.question));
    const isNote = event.target.tagName === "TEXTAREA";
    if (event.type === "input" && !isNote) {
      return;
    }
    const before = this.kept.all()[question.skill];
    const wishes = event.target.type === "checkbox" || Boolean(before && "interested" in before);
    const answer = question.read(wishes);
    if (before) {
      answer.unheard = before.unheard;
    }
    this.keep(question.skill, answer);
    this.mark(question.skill, answer.level);
    if (this.held.has(question.skill)) {
      this.mine(question);
      return;
    }
    this.soon(isNote && event.type === "input" ? SOON : 0);
  }

  keep(skill, answer) {
    this.kept.put(skill, answer);
    this.unheard.set(Number(skill), answer);
  }

  soon(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), delay);
  }

  again() {
    this.rest = FIRST_REST;
    this.send();
  }

  later() {
    this.soon(this.rest);
    this.rest = Math.min(this.rest * 2, LONGEST_REST);
  }

  waiting() {
    const all = { ...Object.fromEntries(this.unheard), ...this.kept.all() };
    const ready = (skill) => this.questions.has(skill) && !this.held.has(skill);
    return Object.entries(all).filter(([skill]) => ready(Number(skill)));
  }

  // One message at a time; true once nothing waits any more.
  async send() {
    while (this.sending) {
      await this.sending;
    }
    clearTimeout(this.timer);
    const answers = this.waiting();
    if (!answers.length) {
      return this.held.size === 0;
    }
    this.sending = this.post(answers);
    const went = await this.sending;
    this.sending = null;
    return went && (this.waiting().length ? this.send() : this.held.size === 0);
  }

  async post(answers) {
    this.say(this.words.saving, "");
    for (const [skill, answer] of answers) {
      // What was sent and perhaps arrived is remembered: our own answer is no other page's.
      this.keep(skill, { ...answer, unheard: { level: answer.level, note: answer.note } });
    }
    const body = JSON.stringify({
      answers: answers.map(([skill, { level, note, seen, interested, may_be_asked }]) => ({
        skill: Number(skill),
        level,
        note,
        seen,
        ...(interested === undefined ? {} : { interested, may_be_asked }),
      })),
    });
    let answer;
    let told = {};
    try {
      answer = await fetch(this.words.save, {
        method: "POST",
        body,
        redirect: "manual",
        keepalive: body.length < 60000,
        signal: AbortSignal.timeout(PATIENCE),
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.token() },
      });
      told = await answer.json().catch(() => ({}));
    } catch {
      this.say(this.words.offline, "warning");
      this.later();
      return false;
    }
    return this.heard(answer.status, told, answers);
  }

  // After signing in in another tab the token is a new one: the cookie knows it, the page does not.
  token() {
    const cookie = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
    return cookie ? cookie[1] : this.form.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  heard(status, told, answers) {
    this.signIn.hidden = true;
    if (status === 200 && told.state === "saved") {
      this.rest = FIRST_REST;
      for (const stood of told.answers) {
        this.stood(stood, answers.find(([skill]) => Number(skill) === stood.skill)[1]);
      }
      if (!this.held.size) {
        this.say(this.words.saved, "ok");
      }
      return true;
    }
    if (status === 401 || told.state === "token") {
      this.say(this.words.signedOut, "warning");
      this.signIn.hidden = false;
      return false;
    }
    if (status === 403 || status === 404) {
      this.say(this.words.otherAccount, "warning");
      this.signIn.hidden = false;
      return false;
    }
    if (told.sentence) {
      this.say(`${this.words.notSaved} ${told.sentence}`, "warning");
      return false;
    }
    this.say(this.words.offline, "warning");
    this.later();
    return false;
  }

  stood(stood, sent) {
    const question = this.questions.get(stood.skill);
    if (!stood.conflict) {
      question.revision = stood.seen;
      this.settle(stood, sent);
      this.mark(stood.skill, stood.level);
      return;
    }
    const own = sent.unheard && sent.unheard.level === stood.level && sent.unheard.note.trim() === stood.note;
    if (own) {
      this.keep(stood.skill, { ...(this.kept.all()[stood.skill] || sent), seen: stood.seen });
      return;
    }
    this.ask(question, stood);
  }

  settle(stood, sent) {
    this.kept.settle(stood.skill, sent);
    const later = this.unheard.get(stood.skill);
    if (later && later.stamp === sent.stamp) {
      this.unheard.delete(stood.skill);
    }
    const left = this.kept.all()[stood.skill] || this.unheard.get(stood.skill);
    if (left) {
      this.keep(stood.skill, { ...left, seen: stood.seen, unheard: undefined });
    }
  }

  // --- Two pages said two things: the person says which one counts ------------------------------------------------

  ask(question, stood) {
    this.held.add(question.skill);
    const box = question.element.querySelector("[data-other]");
    const text = document.createElement("p");
    const level = stood.level === null ? this.words.none : question.words(stood.level);
    text.textContent = `${this.words.conflict} ${level} ${stood.note}`;
    const theirs = this.button(this.words.keepTheirs, () => this.theirs(question, stood));
    const mine = this.button(this.words.keepMine, () => {
      this.mine(question);
    });
    const choice = document.createElement("div");
    choice.className = "form__actions";
    choice.append(theirs, mine);
    box.replaceChildren(text, choice);
    box.hidden = false;
    box.dataset.seen = String(stood.seen);
    this.say(this.words.conflict, "warning");
    if (location.hash !== `#q-${question.skill}`) {
      location.hash = `#q-${question.skill}`;
    }
    theirs.focus();
  }

  button(words, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = words;
    button.addEventListener("click", act);
    return button;
  }

  theirs(question, stood) {
    this.close(question, stood.seen);
    question.show(stood);
    this.kept.drop(question.skill);
    this.unheard.delete(question.skill);
    this.mark(question.skill, stood.level);
    this.say(this.words.saved, "ok");
  }

  mine(question) {
    const box = question.element.querySelector("[data-other]");
    this.close(question, Number(box.dataset.seen || question.revision));
    this.keep(question.skill, question.read(true));
    this.soon(0);
  }

  close(question, revision) {
    question.revision = revision;
    this.held.delete(question.skill);
    question.element.querySelector("[data-other]").hidden = true;
  }

  // --- What the person sees ---------------------------------------------------------------------------------------

  say(words, tone) {
    if (this.status.textContent !== words) {
      this.status.textContent = words;
    }
    this.status.dataset.tone = tone;
  }

  mark(skill, level) {
    const line = this.form.querySelector(`[data-line="${skill}"]`);
    if (!line || level === null) {
      return;
    }
    line.setAttribute("data-answered", "");
    const same = line.dataset.last === String(level);
    line.querySelector("[data-state]").textContent = same ? this.words.asLast : this.words.answeredWords;
    const words = line.querySelector("[data-words]");
    if (words) {
      words.textContent = this.questions.get(skill).words(level);
    }
    line.querySelector("[name=unchanged]")?.remove();
    this.count();
  }

  count() {
    const all = this.form.querySelectorAll("[data-line]").length;
    const answered = this.form.querySelectorAll("[data-line][data-answered]").length;
    const bar = this.form.querySelector("[data-progress] progress");
    const text = this.form.querySelector("[data-progress] .progress__text");
    if (bar) {
      text.textContent = text.textContent.replace(/\d+/, String(answered));
      bar.value = answered;
    }
    const left = this.form.querySelectorAll("[name=unchanged]").length;
    const same = this.form.querySelector("[data-unchanged]");
    if (same && left) {
      same.textContent = same.textContent.replace(/\d+/, String(left));
    } else if (same) {
      same.parentElement.hidden = true;
    }
    if (answered === all) {
      this.form.querySelector("[data-hand-in]").dataset.kind = "main";
    }
  }

  // --- Buttons ----------------------------------------------------------------------------------------------------

  pressed(event) {
    if (event.target.closest("[data-unchanged]")) {
      event.preventDefault();
      this.unchanged();
    }
  }

  // "Still as last time" is so many answers; they are kept and sent like all others, with or without a connection.
  unchanged() {
    for (const field of this.form.querySelectorAll("[name=unchanged]")) {
      const [skill, level] = field.value.split(":").map(Number);
      const question = this.questions.get(skill);
      if (!question) {
        this.form.requestSubmit(this.form.querySelector("[data-unchanged]"));
        return;
      }
      question.level = level;
      this.keep(skill, question.read(false));
      this.mark(skill, level);
    }
    document.getElementById("hand-in").scrollIntoView();
    this.soon(0);
  }

  async submitted(event) {
    const form = event.target;
    const leaves = form.action.includes("/logout/");
    if (form !== this.form && !leaves) {
      return;
    }
    if (form.dataset.settled || (!this.waiting().length && !this.held.size)) {
      if (leaves) {
        this.kept.write({});
      }
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const done = await this.send();
    if (!done) {
      this.say(leaves ? this.words.signingOut : this.words.waiting, "warning");
    }
    if (done || leaves) {
      form.dataset.settled = "1";
    }
    if (done) {
      form.requestSubmit(event.submitter);
    }
  }
}

// --- What came too late is shown to its owner, to be copied ---------------------------------------------------------

function showUnsent(section) {
  const kept = new Kept(section);
  const answers = Object.values(kept.all());
  if (!answers.length) {
    return;
  }
  section.hidden = false;
  section.querySelector("[data-unsent-text]").value = answers
    .map((answer) => [answer.name, answer.words, answer.note].filter(Boolean).join("\n"))
    .join("\n\n");
  section.querySelector("[data-unsent-delete]").addEventListener("click", () => {
    kept.write({});
    section.hidden = true;
  });
}

// Where the server shows two answers side by side, its form settles that.
for (const form of document.querySelectorAll("[data-self]:not(:has([data-conflicting]))")) {
  new SelfAssessment(form).begin();
}
for (const section of document.querySelectorAll("[data-unsent]")) {
  showUnsent(section);
}
