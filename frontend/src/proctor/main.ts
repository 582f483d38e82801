import { mount } from "svelte";
import "../ui/tokens.css";
import App from "./views/App.svelte";

document.getElementById("app")!.textContent = "";
mount(App, { target: document.getElementById("app")! });
