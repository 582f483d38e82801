import { mount } from "svelte";
import "../ui/tokens.css";
import App from "./views/App.svelte";

mount(App, { target: document.getElementById("app")! });
