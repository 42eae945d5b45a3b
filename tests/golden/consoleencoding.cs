// Text of the console, of child processes, arguments and the environment is in the encoding
// of the locale; without one, ASCII.
using System;
using System.Diagnostics;
using System.IO;
using System.Text;

static class ConsoleEncoding
{
    const string Sample = "\u20ac \u00e9 \u65e5\u672c \U0001F600";

    static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (char c in text)
            escaped.Append(c < 128 ? c.ToString() : "\\u" + ((int)c).ToString("x4"));
        return escaped.ToString();
    }

    static Process Start(string file, string arguments, string variable)
    {
        var info = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.EnvironmentVariables["SAMPLE"] = variable;
        return Process.Start(info);
    }

    static void Children()
    {
        using (Process cat = Start("/bin/cat", "", ""))
        {
            cat.StandardInput.Write(Sample);
            cat.StandardInput.Close();
            Console.WriteLine("cat " + Escape(cat.StandardOutput.ReadToEnd()));
        }
        // Arguments and variables are UTF-8 always.
        string script = "-c \"printf '%s %s' \u00e9 $SAMPLE | od -An -tx1; printf '\\303\\251' >&2\"";
        using (Process shell = Start("/bin/sh", script, "\u20ac"))
        {
            Console.WriteLine("sh" + Escape(shell.StandardOutput.ReadToEnd().TrimEnd()));
            Console.WriteLine("sh error " + Escape(shell.StandardError.ReadToEnd()));
        }
    }

    static void Main(string[] args)
    {
        Console.WriteLine(Encoding.Default.WebName + " " + Console.InputEncoding.WebName + " " +
                          Console.OutputEncoding.WebName + " " + Console.Error.Encoding.WebName + " " +
                          Console.OutputEncoding.GetPreamble().Length);
        Console.WriteLine(Sample);
        Console.Error.WriteLine(Sample);
        Console.WriteLine("in " + Escape(Console.In.ReadToEnd()));
        foreach (string arg in args)
            Console.WriteLine("arg " + Escape(arg));
        Console.WriteLine("env " + Escape(Environment.GetEnvironmentVariable("CONSOLE_SAMPLE") ?? "none"));
        File.WriteAllText("consoleencoding-\u00e9.txt", Sample, Encoding.Default);
        Console.WriteLine(BitConverter.ToString(File.ReadAllBytes("consoleencoding-\u00e9.txt")));
        foreach (string file in Directory.GetFiles(".", "consoleencoding-*.txt"))
        {
            Console.WriteLine(Escape(file));
            File.Delete(file);
        }
        Children();
    }
}
