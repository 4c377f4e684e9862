"""The addresses of the page, and what is done at each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect, send_file
from werkzeug.wrappers import Request, Response

from tabgan.errors import InputError, TabganError
from tabgan.palette import to_css
from tabgan.report.catalogue import LANGUAGES
from tabgan.report.words import Words
from tabgan.ui import forms
from tabgan.ui.commands import LOOK, PICTURE, REPORT
from tabgan.ui.guard import HEADERS, REPORT_POLICY, Guard
from tabgan.ui.pages import find_words, fragment, render, render_refusal
from tabgan.ui.session import STEPS, BusyError, OutdatedError, Session

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LANGUAGE_COOKIE = "tabgan-language"
OF_ONE_FORM = 4 << 20
MOST_FIELDS = 100_000
PAGES = (*STEPS, "forecast")
SEEN = {"look": LOOK, "judge": REPORT, "forecast": PICTURE}
STYLES, SCRIPT = (("tabgan.report", "page.css"), ("tabgan.ui", "ui.css")), (("tabgan.ui", "ui.js"),)

URLS = Map(
    [
        Rule("/", endpoint="begin", methods=["GET"]),
        *(Rule(f"/{step}", endpoint="show", methods=["GET"], defaults={"step": step}) for step in PAGES),
        *(Rule(f"/{name}", endpoint="act", methods=["POST"], defaults={"name": name}) for name in PAGES),
        *(Rule(f"/{name}", endpoint="act", methods=["POST"], defaults={"name": name}) for name in ("look", "stop")),
        Rule("/job", endpoint="job", methods=["GET"]),
        Rule("/files/<name>", endpoint="save", methods=["GET"]),
        Rule("/seen/<name>", endpoint="seen", methods=["GET"]),
        Rule("/style.css", endpoint="style", methods=["GET"]),
        Rule("/script.js", endpoint="script", methods=["GET"]),
        Rule("/favicon.ico", endpoint="icon", methods=["GET"]),
    ]
)


class Asked(Request):
    """A request whose forms may have a field for each column of a wide table."""

    max_form_memory_size = OF_ONE_FORM
    max_form_parts = MOST_FIELDS


class Application:
    """Answers requests with what a session has to show; `limit` is the most bytes of an upload."""

    def __init__(self, session: Session, guard: Guard, limit: int) -> None:
        self.session, self.guard, self.limit = session, guard, limit
        self.lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with Asked(environ) as request:  # what was uploaded is closed
            request.max_content_length = self.limit
            try:
                response = self.answer(request)
            except HTTPException as error:
                words = self.words(request)
                response = render_refusal(words, self.session.say(str(error.description), words.tag[:2]))
                response.status_code = error.code or 500
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response(environ, start_response)

    def answer(self, request: Request) -> Response:
        """Return what is answered to a request that is let in; HTTPException otherwise."""
        if self.guard.admit(request):
            response: Response = redirect("/", 303)
            self.guard.remember(response)
            return response
        try:
            endpoint, values = URLS.bind_to_environ(request.environ).match()
        except NotFound as error:
            raise NotFound("there is no such page") from error
        if (lang := request.args.get("lang", "")) in LANGUAGES:
            response = redirect(request.path, 303)
            response.set_cookie(LANGUAGE_COOKIE, lang, samesite="Strict", httponly=True)
            return response
        method: Callable[..., Response] = getattr(self, endpoint)
        return method(request, **values)

    def words(self, request: Request) -> Words:
        """Return what speaks the language that was chosen, or that the browser asks for."""
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        if chosen not in LANGUAGES:
            chosen = request.accept_languages.best_match([*LANGUAGES.values(), *LANGUAGES]) or "en"
        return find_words(chosen[:2])

    def begin(self, request: Request) -> Response:
        return redirect(f"/{STEPS[self.session.reached - 1]}", 303)

    def show(self, request: Request, step: str, error: str = "") -> Response:
        if not self.session.shows(step):
            return self.begin(request)
        return render(self.session, step, self.words(request), self.limit, error=error)

    def act(self, request: Request, name: str) -> Response:
        """Do what a form asks for and show the step again; what is wrong with it is said there."""
        step = {"look": "rows", "stop": ""}.get(name, name)
        words = self.words(request)
        try:
            form = request.form
            with self.lock:
                if name != "table":
                    self.session.check_revision(form.get("revision", ""))
                self.session.lang = words.tag[:2]
                DEEDS[name](self.session, request)
                self.session.given[name] = form.to_dict()
            step = step or (self.session.job.step if self.session.job else "table")
            return redirect(f"/{'rows' if step == 'look' else step}", 303)
        except RequestEntityTooLarge as error:
            said = words("files up to {limit} MB are taken, and this one is larger", limit=self.limit >> 20)
            raise RequestEntityTooLarge(said) from error
        except BusyError:
            said = words("something is still running, perhaps begun in another tab; wait for it, or stop it")
        except OutdatedError:
            said = words("there is another table now, perhaps from another tab; this is what it looks like")
        except TabganError as error:
            said = str(error)
        reached = STEPS[self.session.reached - 1]
        response = self.show(request, step if self.session.shows(step) else reached, said)
        response.status_code = 409
        return response

    def job(self, request: Request) -> Response:
        """What a page asks for again and again while something runs."""
        return fragment(self.session, self.words(request))

    def save(self, request: Request, name: str) -> Response:
        if name not in self.session.files():
            raise NotFound("there is no such file")
        called = self.session.name_of(name).removeprefix("./")
        return self._send(request, name, as_attachment=True, download_name=called)

    def seen(self, request: Request, name: str) -> Response:
        """A report or a picture, kept apart from the page around it."""
        if name not in SEEN or name not in self.session.ended:
            raise NotFound("there is no such report")
        response = self._send(request, SEEN[name])
        response.headers["Content-Security-Policy"] = REPORT_POLICY
        return response

    def _send(self, request: Request, name: str, **options: Any) -> Response:
        path = self.session.folder / Path(name).name
        response: Response = send_file(path, request.environ, **options)
        return response

    def style(self, request: Request) -> Response:
        return Response(to_css() + _read(STYLES), mimetype="text/css")

    def script(self, request: Request) -> Response:
        return Response(_read(SCRIPT), mimetype="text/javascript")

    def icon(self, request: Request) -> Response:
        return Response(status=204)


def _take(session: Session, request: Request) -> None:
    """Take a file, or without one read the table that there is in another way."""
    reading, given = forms.reading_options(request.form), request.files.get("file")
    if given and given.filename:
        session.take(given.filename, given.stream, reading)
    elif session.tables:
        session.read_again(reading)
    else:
        raise InputError("a table is a file, but none was chosen; choose one")


DEEDS: dict[str, Callable[[Session, Request], None]] = {
    "table": _take,
    "columns": lambda session, request: session.choose(forms.read_choices(request.form, session.found)),
    "learn": lambda session, request: session.learn(
        forms.read_settings(request.form), bool(request.form.get("keep-aside"))
    ),
    "rows": lambda session, request: session.make(
        forms.read_suffix(request.form),
        request.form.get("n", "").strip(),
        forms.read_conditions(request.form, session.columns),
        forms.read_balance(request.form, session.columns),
        request.form.get("seed", "").strip(),
    ),
    "forecast": lambda session, request: session.forecast(*forms.read_forecast(request.form, session.found)),
    "look": lambda session, request: session.look(),
    "judge": lambda session, request: session.judge(),
    "stop": lambda session, request: session.stop(),
}
"""What each form does."""


def _read(parts: Iterable[tuple[str, str]]) -> str:
    return "\n".join((files(room) / "templates" / name).read_text(encoding="utf-8") for room, name in parts)
