/** Where the outbox keeps its rows: IndexedDB, or memory where the browser forbids storage. */

export const SHELVES = ["device", "answers", "outbox", "aside", "comments"] as const;
export type ShelfName = (typeof SHELVES)[number];

export interface Transaction {
  get<T>(shelf: ShelfName, key: string): Promise<T | undefined>;
  list<T>(shelf: ShelfName, prefix: string): Promise<T[]>;
  put(shelf: ShelfName, key: string, value: object): Promise<void>;
  delete(shelf: ShelfName, key: string): Promise<void>;
}

export interface Shelf {
  /** True if what is written here outlives this page. */
  readonly durable: boolean;
  /** All or nothing, and one after the other, also between tabs. */
  run<T>(mode: "read" | "write", work: (transaction: Transaction) => Promise<T>): Promise<T>;
}

const NAME = "sahih-exam";
const VERSION = 1;

export class BrowserShelf implements Shelf {
  readonly durable = true;

  private constructor(private database: IDBDatabase | null, private readonly factory: IDBFactory) {}

  static async open(factory: IDBFactory): Promise<BrowserShelf> {
    return new BrowserShelf(await openDatabase(factory), factory);
  }

  async run<T>(mode: "read" | "write", work: (transaction: Transaction) => Promise<T>): Promise<T> {
    this.database ??= await openDatabase(this.factory);
    this.database.onclose = () => (this.database = null);
    this.database.onversionchange = () => {
      this.database?.close();
      this.database = null;
    };
    const transaction = this.database.transaction(
      SHELVES,
      mode === "read" ? "readonly" : "readwrite",
      // "Saved on this computer" has to outlive a power cut, not only a crash of the browser.
      mode === "read" ? {} : { durability: "strict" },
    );
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
    });
    done.catch(() => undefined);
    let result: T;
    try {
      result = await work(new BrowserTransaction(transaction));
    } catch (error) {
      try {
        transaction.abort();
      } catch {
        // It had ended by itself.
      }
      throw error;
    }
    await done;
    return result;
  }
}

class BrowserTransaction implements Transaction {
  constructor(private readonly transaction: IDBTransaction) {}

  get<T>(shelf: ShelfName, key: string): Promise<T | undefined> {
    return settled(this.transaction.objectStore(shelf).get(key) as IDBRequest<T | undefined>);
  }

  list<T>(shelf: ShelfName, prefix: string): Promise<T[]> {
    const range = IDBKeyRange.bound(prefix, prefix + "\uffff");
    return settled(this.transaction.objectStore(shelf).getAll(range) as IDBRequest<T[]>);
  }

  async put(shelf: ShelfName, key: string, value: object): Promise<void> {
    await settled(this.transaction.objectStore(shelf).put(value, key));
  }

  async delete(shelf: ShelfName, key: string): Promise<void> {
    await settled(this.transaction.objectStore(shelf).delete(key));
  }
}

export class MemoryShelf implements Shelf {
  private rows = new Map<string, object>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(readonly durable = false) {}

  run<T>(_mode: "read" | "write", work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const mine = this.turn.then(async () => {
      const copy = new Map(this.rows);
      const result = await work(new MemoryTransaction(copy));
      this.rows = copy;
      return result;
    });
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}

class MemoryTransaction implements Transaction {
  constructor(private readonly rows: Map<string, object>) {}

  async get<T>(shelf: ShelfName, key: string): Promise<T | undefined> {
    return this.rows.get(`${shelf}/${key}`) as T | undefined;
  }

  async list<T>(shelf: ShelfName, prefix: string): Promise<T[]> {
    return [...this.rows].filter(([key]) => key.startsWith(`${shelf}/${prefix}`)).map(([, value]) => value as T);
  }

  async put(shelf: ShelfName, key: string, value: object): Promise<void> {
    this.rows.set(`${shelf}/${key}`, value);
  }

  async delete(shelf: ShelfName, key: string): Promise<void> {
    this.rows.delete(`${shelf}/${key}`);
  }
}

/** An old disk may need long to open a database after a crash. Going on without it would make this another computer. */
const PATIENCE_MS = 15_000;

/** IndexedDB if it is there and really writes; otherwise memory. */
export async function openShelf(factory: IDBFactory | undefined): Promise<Shelf> {
  if (!factory) return new MemoryShelf();
  try {
    const shelf = await withinMs(PATIENCE_MS, BrowserShelf.open(factory));
    await withinMs(
      PATIENCE_MS,
      shelf.run("write", async (transaction) => {
        await transaction.put("device", "trial", { seq: 0 });
        await transaction.delete("device", "trial");
      }),
    );
    return shelf;
  } catch {
    return new MemoryShelf();
  }
}

function openDatabase(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const shelf of SHELVES) {
        if (!request.result.objectStoreNames.contains(shelf)) request.result.createObjectStore(shelf);
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("refused"));
    request.onblocked = () => reject(new Error("blocked"));
  });
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("failed"));
  });
}

function withinMs<T>(limit: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("too slow")), limit);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
