"""A static page that counts its requests in the session.

What `render` returns does not include the client, so no connection is made and nothing is kept but the session.
Never show the id of a user to anybody in a real app: this is only to see what there is.
"""

from __future__ import annotations

import os

from pycommunicate.server.app.communicate import CommunicateApp
from pycommunicate.server.bases.controller import ControllerFactory
from pycommunicate.server.bases.views import View


class HelloView(View):
    def render(self) -> str:
        user = self.controller.user
        user.session["count"] = user.session.get("count", 0) + 1
        return (
            f"Hello World! My user id is {user.id_}, and my request id is {user.request_id}. "
            f"The session says you have requested this {user.session['count']} times"
        )


app = CommunicateApp()
app.add_controller("/", ControllerFactory().add_view(HelloView).set_default_view(HelloView))
app.set_secret_key(os.environ.get("SECRET_KEY", "only for trying it out"))

if __name__ == "__main__":
    app.run()
