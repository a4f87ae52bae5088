/** Addresses of the page: hash history, so that it works under any path of any proxy. */
import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  redirect,
} from "@tanstack/react-router";
import { PageBroken } from "./page-broken.tsx";
import { Root } from "./root.tsx";
import { AddRoute } from "./add-route.tsx";
import { DownloadsRoute } from "./downloads-route.tsx";
import {
  ofPage,
  ofRoot,
  toAddSearch,
  toDownloadsSearch,
  toImagesSearch,
  toModelsSearch,
  toResourcesSearch,
  toRootSearch,
} from "./search-params.ts";
import { fetchPart } from "../ui/fetch-part.ts";

/** Where one is led from an address that leads nowhere. */
const Home = () => <Navigate to="/downloads" replace />;

const rootRoute = createRootRoute({
  component: Root,
  validateSearch: ofRoot(toRootSearch),
  notFoundComponent: Home,
});

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  // Not a component that leads on: the frame would be drawn around nothing first.
  beforeLoad: () => {
    redirect({ to: "/downloads", replace: true, throw: true });
  },
});

const downloadsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/downloads",
  validateSearch: ofPage(toDownloadsSearch),
  component: DownloadsRoute,
});

const addRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/add",
  validateSearch: ofPage(toAddSearch),
  component: AddRoute,
});

const modelsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/models",
  validateSearch: ofPage(toModelsSearch),
  component: lazyRouteComponent(() => fetchPart(() => import("../models/models-route.tsx")), "ModelsRoute"),
});

const imagesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/storage/images",
  validateSearch: ofPage(toImagesSearch),
  component: lazyRouteComponent(() => fetchPart(() => import("../images/images-route.tsx")), "ImagesRoute"),
});

const resourcesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/resources",
  validateSearch: ofPage(toResourcesSearch),
  component: lazyRouteComponent(
    () => fetchPart(() => import("../resources/resources-route.tsx")),
    "ResourcesRoute",
  ),
});

const instancesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/instances",
  component: lazyRouteComponent(
    () => fetchPart(() => import("../instances/instances-page.tsx")),
    "InstancesPage",
  ),
});

const SettingsRoute = lazyRouteComponent(
  () => fetchPart(() => import("../settings/settings-route.tsx")),
  "SettingsRoute",
);

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings",
  component: SettingsRoute,
});

const settingsSectionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings/$section",
  component: SettingsRoute,
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    downloadsRoute,
    addRoute,
    modelsRoute,
    imagesRoute,
    resourcesRoute,
    instancesRoute,
    settingsRoute,
    settingsSectionRoute,
  ]),
  history: createHashHistory(),
  defaultPreload: "intent",
  defaultErrorComponent: PageBroken,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
