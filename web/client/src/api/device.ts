/** Stores of a database of the browser, which is made on first use: what a reload or a lost connection must not cost. */
export function onDevice<Name extends string>(database: string, names: readonly Name[]) {
  let opened: Promise<IDBDatabase> | undefined;
  const open = () => {
    opened ??= answered(() => {
      const request = indexedDB.open(database, 1);
      request.onupgradeneeded = () => {
        for (const name of names) request.result.createObjectStore(name);
      };
      return request;
    });
    return opened;
  };
  return {
    read: async <Result>(name: Name, ask: (store: IDBObjectStore) => IDBRequest<Result>): Promise<Result> => {
      const store = (await open()).transaction(name, "readonly").objectStore(name);
      return answered(() => ask(store));
    },
    write: async <Result>(name: Name, act: (store: IDBObjectStore) => IDBRequest<Result>): Promise<Result> => {
      const store = (await open()).transaction(name, "readwrite").objectStore(name);
      return answered(() => act(store));
    },
  };
}

function answered<Result>(ask: () => IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const request = ask();
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
