// Files opened twice, copied, moved and replaced, and the errors of what is not allowed.
using System;
using System.IO;
using System.Linq;

static class Files
{
    static string root;

    static void Show(string name, Func<object> body)
    {
        try {
            Console.WriteLine("{0}: {1}", name, body());
        } catch (Exception e) {
            Console.WriteLine("{0}: {1} {2} {3:x}", name, e.GetType().Name,
                              e.Message.Replace(root, "ROOT"), e.HResult);
        }
    }

    static FileStream Open(FileAccess access, FileShare share)
    {
        try {
            return new FileStream("shared", FileMode.Open, access, share);
        } catch (IOException) {
            return null;
        }
    }

    // What a second handle may do while a first one is open; a third after the first is closed.
    static void Sharing()
    {
        var accesses = new[] { FileAccess.Read, FileAccess.Write, FileAccess.ReadWrite };
        var shares = new[] { FileShare.None, FileShare.Read, FileShare.Write, FileShare.ReadWrite, FileShare.Delete };
        File.WriteAllText("shared", "x");
        foreach (var access in accesses)
            foreach (var share in shares) {
                var row = "";
                foreach (var other in accesses)
                    foreach (var others in shares) {
                        var first = Open(access, share);
                        using (var second = Open(other, others)) {
                            row += second == null ? '-' : '+';
                            first.Dispose();
                            if (second != null)
                                using (var third = Open(FileAccess.Write, FileShare.ReadWrite))
                                    row += third == null ? '-' : '+';
                        }
                    }
                Console.WriteLine("{0} {1}: {2}", access, share, row);
            }
    }

    static void Copies()
    {
        File.WriteAllText("a", "one");
        File.SetLastWriteTimeUtc("a", new DateTime(2001, 2, 3));
        Show("copy", () => { File.Copy("a", "b"); return File.GetLastWriteTimeUtc("b").Year; });
        Show("copy again", () => { File.Copy("a", "b"); return 0; });
        Show("copy over", () => { File.Copy("a", "b", true); return File.ReadAllText("b"); });
        Show("copy itself", () => { File.Copy("a", "./a", true); return 0; });
        Show("still there", () => File.ReadAllText("a"));
        Show("copy nothing", () => { File.Copy("none", "c"); return 0; });
        Show("copy directory", () => { Directory.CreateDirectory("d"); File.Copy("d", "c"); return 0; });
        using (File.Open("a", FileMode.Open, FileAccess.ReadWrite, FileShare.None)) {
            Show("copy opened", () => { File.Copy("a", "c"); return 0; });
            Show("copy onto opened", () => { File.Copy("b", "a", true); return 0; });
            Show("read opened", () => File.ReadAllText("a"));
            Show("move opened", () => { File.Move("a", "c"); File.Move("c", "a"); return File.Exists("a"); });
        }
        using (File.OpenRead("a"))
            Show("write opened", () => { File.AppendAllText("a", "x"); return 0; });
        Show("create", () => new FileStream("a", FileMode.CreateNew));
    }

    static void Moves()
    {
        Show("move onto", () => { File.Move("a", "b"); return 0; });
        Show("move nothing", () => { File.Move("none", "c"); return 0; });
        Show("move away", () => { File.Move("a", "none/a"); return 0; });
        Show("move directory", () => { Directory.Move("d", "e"); return Directory.Exists("e"); });
        Show("move onto directory", () => { File.Move("a", "e"); return 0; });
        Show("replace", () => {
            File.WriteAllText("new", "two");
            File.Replace("new", "a", "old");
            return File.ReadAllText("a") + File.ReadAllText("old") + File.Exists("new");
        });
        Show("delete directory", () => { File.Delete("e"); return 0; });
        Show("delete nothing", () => { File.Delete("none"); return 0; });
        Show("remove file", () => { Directory.Delete("a"); return 0; });
        Show("remove full", () => { Directory.CreateDirectory("e/f"); Directory.Delete("e"); return 0; });
        Show("all", () => string.Join(" ", Directory.GetFileSystemEntries(".", "*", SearchOption.AllDirectories)
                                               .OrderBy(x => x, StringComparer.Ordinal)));
    }

    static void Main()
    {
        root = Directory.GetCurrentDirectory();
        if (Directory.Exists("files"))
            Directory.Delete("files", true);
        Directory.CreateDirectory("files");
        Directory.SetCurrentDirectory("files");
        root = Directory.GetCurrentDirectory();
        Sharing();
        Copies();
        Moves();
        Show("read directory", () => File.ReadAllText(root));
        Directory.SetCurrentDirectory("..");
        Directory.Delete("files", true);
    }
}
