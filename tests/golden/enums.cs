// Enumerations: names, flags, boxing, arithmetic, as dictionary keys.
using System;
using System.Collections.Generic;

static class Enums
{
    enum Level : byte { Low = 1, Middle, High = 200 }

    [Flags]
    enum Access { None = 0, Read = 1, Write = 2, Execute = 4, All = 7 }

    enum Wide : ulong { Big = ulong.MaxValue, Small = 0 }

    static string Name(Level level)
    {
        switch (level) {
        case Level.Low: return "low";
        case Level.Middle: return "middle";
        case Level.High: return "high";
        default: return "?" + (int)level;
        }
    }

    static void Main()
    {
        Console.WriteLine("{0} {1} {2:D} {3:X}", Level.Low, (Level)7, Level.High, Level.High);
        Console.WriteLine("{0} | {1} | {2}", Access.Read | Access.Write, (Access)12, Access.All);
        Console.WriteLine("{0} {1}", Access.All.HasFlag(Access.Write), Access.Read.HasFlag(Access.All));
        Console.WriteLine("{0} {1}", string.Join(",", Enum.GetNames(typeof(Level))), Enum.GetValues(typeof(Access)).Length);
        Console.WriteLine("{0} {1}", Enum.IsDefined(typeof(Level), (byte)2), Enum.IsDefined(typeof(Level), "Top"));
        Level parsed;
        Console.WriteLine("{0} {1}", Enum.TryParse("High", out parsed), parsed);
        Console.WriteLine("{0} {1} {2}", Wide.Big, (ulong)Wide.Big, Enum.GetUnderlyingType(typeof(Wide)));
        foreach (Level level in new[] { Level.Low, Level.Middle, Level.High, (Level)9 })
            Console.Write("{0} ", Name(level));
        Console.WriteLine();
        var counts = new Dictionary<Access, int>();
        for (int i = 0; i < 20; i++) {
            int n;
            counts.TryGetValue((Access)(i % 5), out n);
            counts[(Access)(i % 5)] = n + i;
        }
        foreach (var pair in counts)
            Console.Write("{0}={1} ", pair.Key, pair.Value);
        Console.WriteLine();
        object boxed = Level.Middle;
        Console.WriteLine("{0} {1} {2}", boxed.Equals(Level.Middle), boxed.Equals((byte)2), (byte)boxed);
        Console.WriteLine("{0} {1}", Level.Low.CompareTo(Level.High), Level.High - Level.Low);
        Level next = Level.Low;
        next++;
        Console.WriteLine("{0} {1} {2}", next, ~Access.Read & Access.All, Enum.ToObject(typeof(Level), 200));
        Console.WriteLine(Enum.Format(typeof(Level), Level.High, "G"));
    }
}
