// Objects that die young beside a million that live: serverload OBJECTS.
// Every hundredth takes the place of one of the million.
using System;

class Item
{
    public Item next;
    public long number, random;
    public string name;
}

static class Program
{
    const int Live = 1000000;

    static int Main(string[] args)
    {
        int n = int.Parse(args[0]);
        var table = new Item[Live];
        for (int i = 0; i < Live; i++)
            table[i] = new Item { number = i };
        uint random = 12345;
        long sum = 0;
        for (int i = 0; i < n; i++) {
            var item = new Item { number = i, random = random };
            sum += item.number ^ item.random;
            if (i % 100 == 0) {
                random = random * 1664525 + 1013904223;
                table[random % Live] = item;
            }
        }
        foreach (var item in table)
            sum += item.number;
        Console.WriteLine(sum);
        return 0;
    }
}
