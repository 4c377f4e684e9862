// A page that was opened as a file may not start workers: run the one of the search in a hidden frame instead.
if (location.protocol === "file:")
  window.Worker = class {
    constructor(url) {
      const frame = document.body.appendChild(document.createElement("iframe"))
      frame.hidden = true
      this.inner = frame.contentWindow
      this.inner.postMessage = data => this.onmessage?.(new MessageEvent("message", { data }))
      this.terminate = () => frame.remove()
      this.inner.importScripts = async (...urls) => { for (const each of urls) await this.load(each) }
      this.ready = this.load(url)
    }

    load(url) {
      const script = this.inner.document.createElement("script")
      return new Promise((loaded, failed) => {
        Object.assign(script, { src: url, onload: loaded, onerror: failed })
        this.inner.document.body.append(script)
      })
    }

    postMessage(data) {
      this.ready.then(() => this.inner.dispatchEvent(new MessageEvent("message", { data })))
    }
  }
