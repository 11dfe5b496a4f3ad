"""Pages of features, of their modules `pages`, below /bookyflow/x/<feature>/.

They lie in the namespace `web:<feature>`, and are there while the feature is switched on.
"""

from __future__ import annotations

from bookyflow.plugins.urls import mount
from bookyflow.web.extensions import with_module

urlpatterns = [mount(feature, module) for feature, module in with_module("pages")]
