export declare function packPackages(out: string): ReadonlyMap<string, string>
