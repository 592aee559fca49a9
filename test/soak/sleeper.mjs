/** A program that goes on, for the test of what the soak finds. */
setInterval(() => {}, 1000);
