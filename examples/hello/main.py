"""A static page that counts in the session how often it was asked for.

Its template has no `{{ add_includes() }}`, so no connection is made: `load` would never be
called, and nothing is kept but the session. In a real app never show anybody a user's id:
this is only to see what there is.
"""

import os

from pycommunicate import CommunicateApp, ControllerFactory, View


class HelloView(View):
    def render(self) -> str:
        # The user is the browser, known by a cookie; its session outlives the page.
        user = self.controller.user
        count = user.session["count"] = user.session.get("count", 0) + 1
        return self.controller.templater.render("hello.html", user=user, count=count)


app = CommunicateApp()
app.add_controller("/", ControllerFactory().add_view(HelloView).set_default_view(HelloView))
app.set_secret_key(os.environ.get("SECRET_KEY", "only for trying it out"))

if __name__ == "__main__":
    app.run()
